using System.Text.Json.Serialization;

namespace SegmentOfOne.LoadTest.Measure;

/// <summary>
/// What became of calls, second by second. It has at most <see cref="MostStretches"/> stretches: where a run goes on longer, two
/// neighbours at a time become one of twice the length, so memory doesn't grow with the run. Not safe for several threads at once.
/// </summary>
public sealed class Timeline
{
    /// <summary>How many stretches there are at most.</summary>
    public const int MostStretches = 360;

    private readonly List<LoadCounts> _stretches;

    public Timeline()
        : this(1, [])
    {
    }

    /// <exception cref="InvalidDataException">No timeline is like that.</exception>
    [JsonConstructor]
    public Timeline(int seconds, IReadOnlyList<LoadCounts> stretches)
    {
        if (seconds < 1 || !int.IsPow2(seconds) || stretches.Count > MostStretches)
        {
            throw new InvalidDataException($"A timeline has at most {MostStretches} stretches of 1, 2, 4 … seconds.");
        }
        Seconds = seconds;
        _stretches = [.. stretches];
    }

    /// <summary>How long each stretch is: a power of two.</summary>
    public int Seconds { get; private set; }

    /// <summary>From the beginning of the run, without gaps.</summary>
    public IReadOnlyList<LoadCounts> Stretches => _stretches;

    /// <summary>The stretch of a moment.</summary>
    /// <param name="sinceBegin">Not negative.</param>
    public LoadCounts At(TimeSpan sinceBegin)
    {
        while (sinceBegin.TotalSeconds >= (double)MostStretches * Seconds)
        {
            Double();
        }
        var index = (int)(sinceBegin.TotalSeconds / Seconds);
        while (_stretches.Count <= index)
        {
            _stretches.Add(new LoadCounts());
        }
        return _stretches[index];
    }

    /// <summary>Adds what another process did; both are counted from their beginning. The other may come to have longer stretches.</summary>
    public void Add(Timeline other)
    {
        while (Seconds < other.Seconds)
        {
            Double();
        }
        while (other.Seconds < Seconds)
        {
            other.Double();
        }
        for (var index = 0; index < other._stretches.Count; index++)
        {
            At(TimeSpan.FromSeconds((double)index * Seconds)).AddBeside(other._stretches[index]);
        }
    }

    private void Double()
    {
        for (var index = 0; index < _stretches.Count; index += 2)
        {
            var first = _stretches[index];
            if (index + 1 < _stretches.Count)
            {
                first.AddAfter(_stretches[index + 1]);
            }
            _stretches[index / 2] = first;
        }
        _stretches.RemoveRange((_stretches.Count + 1) / 2, _stretches.Count / 2);
        Seconds *= 2;
    }
}
