using SegmentOfOne.Grpc;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>What became of the calls of an open loop. Safe for several threads at once.</summary>
public sealed class SimulationTally
{
    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latency = new();
    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private LatencyHistogram _interval = new();
    private long _sent;
    private long _ended;

    /// <summary>Calls sent and not yet ended.</summary>
    public long InFlight => Interlocked.Read(ref _sent) - Interlocked.Read(ref _ended);

    /// <summary>Calls sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Calls of every outcome, by its name: new, known already, or the status and the name of the refusal.</summary>
    public IReadOnlyDictionary<string, long> Outcomes
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, long>(_outcomes);
            }
        }
    }

    /// <summary>Counts a call as sent.</summary>
    public void Begin() => Interlocked.Increment(ref _sent);

    /// <summary>Counts an answered call.</summary>
    /// <param name="nanoseconds">From its intended sending.</param>
    public void Answered(bool duplicate, long nanoseconds)
    {
        lock (_lock)
        {
            _latency.Record(nanoseconds);
            _interval.Record(nanoseconds);
            Count(duplicate ? "known already" : "new");
        }
    }

    /// <summary>Counts a call that failed. Its time is not among the latencies: a quick refusal must not look like a quick answer.</summary>
    public void Failed(GrpcException failure)
    {
        lock (_lock)
        {
            Count(failure.Trailers.Get("segmentofone-error") is { } name ? $"{failure.Status} {name}" : failure.Status.ToString());
        }
    }

    /// <summary>The latencies of all answered calls.</summary>
    public LatencyHistogram Latency()
    {
        var copy = new LatencyHistogram();
        lock (_lock)
        {
            copy.Add(_latency);
        }
        return copy;
    }

    /// <summary>The latencies since this was last asked.</summary>
    public LatencyHistogram Interval()
    {
        lock (_lock)
        {
            var passed = _interval;
            _interval = new LatencyHistogram();
            return passed;
        }
    }

    private void Count(string outcome)
    {
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        Interlocked.Increment(ref _ended);
    }
}
