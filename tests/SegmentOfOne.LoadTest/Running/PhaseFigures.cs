using System.Text.Json.Serialization;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>All that is known of the calls of one phase, or of several. Two of them add up. Not safe for several threads at once.</summary>
public sealed class PhaseFigures
{
    /// <summary>Kinds of failure told apart; any more count as <see cref="Others"/>.</summary>
    public const int MostKinds = 64;

    /// <summary>The name that stands for all further kinds of failure.</summary>
    public const string Others = "others";

    /// <summary>The name that calls have which were due, but whose turn didn't come before the phase was over.</summary>
    public const string NotSent = "NOT_SENT";

    /// <summary>Sent, answered, refused, failed.</summary>
    [JsonInclude]
    public LoadCounts Counts { get; private set; } = new();

    /// <summary>Answered calls whose interaction the service knew already.</summary>
    [JsonInclude]
    public long KnownAlready { get; private set; }

    /// <summary>Failed calls by status and, where the service named it, the error.</summary>
    [JsonInclude]
    public SortedDictionary<string, long> Errors { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Refusals by name, those that were answered after a repeat included.</summary>
    [JsonInclude]
    public SortedDictionary<string, long> Refusals { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>Calls sent, and those that should have been.</summary>
    [JsonIgnore]
    public long Due => Counts.Sent + Errors.GetValueOrDefault(NotSent);

    /// <summary>How long callers were asked to stay away, one for each refusal that says how long.</summary>
    [JsonInclude]
    public LatencyHistogram Pushback { get; private set; } = new();

    /// <summary>Open loop: how much later than due calls were sent. Where this is long, this program is what is slow.</summary>
    [JsonInclude]
    public LatencyHistogram Lateness { get; private set; } = new();

    /// <summary>Closed loop with an expected interval: latencies with those that callers who were kept would have had.</summary>
    [JsonInclude]
    public LatencyHistogram Corrected { get; private set; } = new();

    public void Answer(bool known, long nanoseconds, TimeSpan? expectedInterval)
    {
        Counts.Answer(nanoseconds);
        KnownAlready += known ? 1 : 0;
        if (expectedInterval is { } interval)
        {
            var step = (long)interval.TotalNanoseconds;
            for (var kept = nanoseconds; kept >= step || kept == nanoseconds; kept -= step)
            {
                Corrected.Record(kept);
            }
        }
    }

    /// <summary>A call ended refused, or failed for another reason.</summary>
    public void End(CallFailure failure)
    {
        if (failure.IsRefusal)
        {
            Counts.Refuse();
        }
        else
        {
            Counts.Fail();
            Count(Errors, failure.Name, 1);
        }
    }

    /// <summary>The service said no; the call may be made again.</summary>
    public void Refusal(CallFailure failure)
    {
        Count(Refusals, failure.Name, 1);
        if (failure.Pushback is { } wait)
        {
            Pushback.Record((long)wait.TotalNanoseconds);
        }
    }

    /// <summary>Calls that were due and never sent.</summary>
    public void Leave(long calls)
    {
        if (calls > 0)
        {
            Counts.Fail(calls);
            Count(Errors, NotSent, calls);
        }
    }

    /// <summary>Adds what another process had in the same phase.</summary>
    public void AddBeside(PhaseFigures other)
    {
        Counts.AddBeside(other.Counts);
        Add(other);
    }

    /// <summary>Adds another phase of the same processes.</summary>
    public void AddAfter(PhaseFigures other)
    {
        Counts.AddAfter(other.Counts);
        Add(other);
    }

    private void Add(PhaseFigures other)
    {
        KnownAlready += other.KnownAlready;
        foreach (var (name, count) in other.Errors)
        {
            Count(Errors, name, count);
        }
        foreach (var (name, count) in other.Refusals)
        {
            Count(Refusals, name, count);
        }
        Pushback.Add(other.Pushback);
        Lateness.Add(other.Lateness);
        Corrected.Add(other.Corrected);
    }

    private static void Count(SortedDictionary<string, long> kinds, string name, long count)
    {
        var key = kinds.Count < MostKinds || kinds.ContainsKey(name) ? name : Others;
        kinds[key] = kinds.GetValueOrDefault(key) + count;
    }
}
