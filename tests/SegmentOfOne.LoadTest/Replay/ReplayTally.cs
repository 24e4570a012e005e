using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Replay;

/// <summary>What the replies of a replay said. One writer; others may read the counts meanwhile.</summary>
public sealed class ReplayTally
{
    private readonly Dictionary<string, long> _refused = [];
    private long _new;
    private long _duplicates;

    /// <summary>Turns that the service had not seen before.</summary>
    public long New => Volatile.Read(ref _new);

    /// <summary>Turns that it had seen and answered again.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Refused interactions by the name of the refusal.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>From the writing of an interaction to its reply.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Counts one reply.</summary>
    public void Count(InteractReply reply, long nanoseconds)
    {
        Latency.Record(nanoseconds);
        if (reply.Error is { } error)
        {
            _refused[error.Name] = _refused.GetValueOrDefault(error.Name) + 1;
        }
        else if (reply.Duplicate)
        {
            Volatile.Write(ref _duplicates, _duplicates + 1);
        }
        else
        {
            Volatile.Write(ref _new, _new + 1);
        }
    }

    /// <summary>Adds the counts of another.</summary>
    public void Add(ReplayTally other)
    {
        _new += other._new;
        _duplicates += other._duplicates;
        Latency.Add(other.Latency);
        foreach (var (name, count) in other._refused)
        {
            _refused[name] = _refused.GetValueOrDefault(name) + count;
        }
    }
}
