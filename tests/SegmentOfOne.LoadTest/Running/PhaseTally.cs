using System.Diagnostics;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>Counts the calls of one phase: as a whole, second by second, and since it was last asked. Safe for several threads at once.</summary>
/// <param name="timeline">Of the whole run.</param>
/// <param name="runBegan">When the run began, as <see cref="Stopwatch"/> tells it.</param>
/// <param name="expectedInterval">Where latencies are corrected: the interval.</param>
public sealed class PhaseTally(Timeline timeline, long runBegan, TimeSpan? expectedInterval)
{
    private readonly Lock _lock = new();
    private PhaseFigures _lately = new();
    private long _inFlight;

    /// <summary>The phase as a whole. To be read when it is over.</summary>
    public PhaseFigures Figures { get; } = new();

    /// <summary>Calls sent and not yet ended.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>A call is sent.</summary>
    public void Send()
    {
        var inFlight = Interlocked.Increment(ref _inFlight);
        lock (_lock)
        {
            Figures.Counts.Send(inFlight);
            _lately.Counts.Send(inFlight);
            Now().Send(inFlight);
        }
    }

    /// <summary>A call of an open loop was sent so long after it was due.</summary>
    public void Late(long nanoseconds)
    {
        lock (_lock)
        {
            Figures.Lateness.Record(nanoseconds);
        }
    }

    /// <summary>A call was answered.</summary>
    /// <param name="known">Whether the service knew the interaction already.</param>
    /// <param name="nanoseconds">Its latency, repeats included.</param>
    public void Answer(bool known, long nanoseconds)
    {
        lock (_lock)
        {
            Figures.Answer(known, nanoseconds, expectedInterval);
            _lately.Counts.Answer(nanoseconds);
            Now().Answer(nanoseconds);
        }
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>The service has no room for a call; it may be made again.</summary>
    public void Refusal(CallFailure failure)
    {
        lock (_lock)
        {
            Figures.Refusal(failure);
        }
    }

    /// <summary>A refused call is made again.</summary>
    public void Retry()
    {
        lock (_lock)
        {
            Figures.Counts.Retry();
            _lately.Counts.Retry();
            Now().Retry();
        }
    }

    /// <summary>A call failed for good. Its time is not among the latencies: a quick refusal must not look like a quick answer.</summary>
    public void Fail(CallFailure failure)
    {
        lock (_lock)
        {
            Figures.End(failure);
            _lately.End(failure);
            if (failure.IsRefusal)
            {
                Now().Refuse();
            }
            else
            {
                Now().Fail();
            }
        }
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>Calls were due and are not sent any more.</summary>
    public void Leave(long calls)
    {
        lock (_lock)
        {
            Figures.Leave(calls);
            _lately.Leave(calls);
            Now().Fail(calls);
        }
    }

    /// <summary>What there was since this was last asked.</summary>
    /// <param name="phase">The phase's place in the scenario.</param>
    public Tick Lately(int phase)
    {
        lock (_lock)
        {
            var passed = _lately;
            _lately = new PhaseFigures();
            // Also where nothing is sent and nothing ends the timeline knows what is outstanding.
            _ = Now();
            return new Tick(phase, InFlight, passed.Counts, passed.Errors);
        }
    }

    private LoadCounts Now()
    {
        var now = timeline.At(Stopwatch.GetElapsedTime(runBegan));
        now.Observe(InFlight);
        return now;
    }
}
