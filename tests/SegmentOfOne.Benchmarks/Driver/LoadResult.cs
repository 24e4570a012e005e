using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>What a driver saw in one run.</summary>
/// <param name="Answered">Calls answered with a message.</param>
/// <param name="Refused">Calls that ended without one.</param>
/// <param name="Elapsed">From the first call to the last answer.</param>
/// <param name="Latency">Of the answered: from the intended time of sending where there was one, else from the writing.</param>
/// <param name="DriverCpu">Processor time that this process used meanwhile.</param>
public sealed record LoadResult(long Answered, long Refused, TimeSpan Elapsed, LatencyHistogram Latency, TimeSpan DriverCpu)
{
    /// <summary>Of the refused: with RESOURCE_EXHAUSTED and when to come back. 0 where the driver doesn't ask why.</summary>
    public long SentAway { get; init; }

    /// <summary>Answers a second.</summary>
    public double Rate => Answered / Elapsed.TotalSeconds;
}
