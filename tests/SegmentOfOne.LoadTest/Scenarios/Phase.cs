using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>How calls are made in a phase.</summary>
public abstract record Load
{
    private Load()
    {
    }

    /// <summary>Calls come at their times, whatever became of those before.</summary>
    /// <param name="Rate">Calls a second.</param>
    public sealed record Open(Ramp Rate, ArrivalPattern Arrivals) : Load;

    /// <summary>So many callers, each of whom calls again when it is answered and has thought.</summary>
    /// <param name="InFlight">How many callers there are.</param>
    /// <param name="ThinkTime">From an answer to the next call of the same caller.</param>
    /// <param name="ExpectedInterval">Where said, latencies are told corrected too: a caller that is kept longer than this is counted as
    /// the calls that it would have made meanwhile, as HdrHistogram does.</param>
    public sealed record Closed(Ramp InFlight, TimeSpan ThinkTime, TimeSpan? ExpectedInterval) : Load;
}

/// <summary>What to do when the service refuses a call and says when to come back.</summary>
/// <param name="Attempts">How often a call is made at most, the first time included.</param>
public sealed record RetryRule(int Attempts);

/// <summary>One stretch of a scenario. It ends when all of its calls have ended; the next begins then.</summary>
/// <param name="Name">Unique in the scenario.</param>
/// <param name="Duration">How long calls are made.</param>
/// <param name="WarmUp">Whether it only prepares what is measured: neither the whole nor the scenario's thresholds count it.</param>
/// <param name="Deadline">How long a call may take, repeats included.</param>
/// <param name="Retry">Null: what is refused stays refused.</param>
/// <param name="Thresholds">What must hold of this phase.</param>
public sealed record Phase(
    string Name, Load Load, TimeSpan Duration, bool WarmUp, TimeSpan Deadline, RetryRule? Retry, IReadOnlyList<Threshold> Thresholds);
