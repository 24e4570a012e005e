using System.Text.Json.Serialization;

namespace SegmentOfOne.LoadTest.Measure;

/// <summary>
/// What became of the calls of a stretch of time. Calls count as sent when they were sent, and as everything else when they
/// ended. Not safe for several threads at once.
/// </summary>
public sealed class LoadCounts
{
    [JsonInclude]
    public long Sent { get; private set; }

    [JsonInclude]
    public long Answered { get; private set; }

    /// <summary>Refused with the time to come back, for good.</summary>
    [JsonInclude]
    public long Refused { get; private set; }

    /// <summary>Failed in any other way, or not sent in time.</summary>
    [JsonInclude]
    public long Failed { get; private set; }

    /// <summary>Calls made once more after a refusal.</summary>
    [JsonInclude]
    public long Retries { get; private set; }

    /// <summary>The most that were outstanding at once; over several processes the sum of theirs, so at most this many.</summary>
    [JsonInclude]
    public long MostInFlight { get; private set; }

    /// <summary>Of the answered calls.</summary>
    [JsonInclude]
    public LatencyHistogram Latency { get; private set; } = new();

    public void Send(long inFlight)
    {
        Sent++;
        Observe(inFlight);
    }

    /// <summary>So many calls are outstanding now.</summary>
    public void Observe(long inFlight) => MostInFlight = Math.Max(MostInFlight, inFlight);

    public void Answer(long nanoseconds)
    {
        Answered++;
        Latency.Record(nanoseconds);
    }

    public void Refuse() => Refused++;

    public void Fail(long calls = 1) => Failed += calls;

    public void Retry() => Retries++;

    /// <summary>Adds what another process did in the same stretch.</summary>
    public void AddBeside(LoadCounts other)
    {
        Add(other);
        MostInFlight += other.MostInFlight;
    }

    /// <summary>Adds what the same processes did in another stretch.</summary>
    public void AddAfter(LoadCounts other)
    {
        Add(other);
        MostInFlight = Math.Max(MostInFlight, other.MostInFlight);
    }

    private void Add(LoadCounts other)
    {
        Sent += other.Sent;
        Answered += other.Answered;
        Refused += other.Refused;
        Failed += other.Failed;
        Retries += other.Retries;
        Latency.Add(other.Latency);
    }
}
