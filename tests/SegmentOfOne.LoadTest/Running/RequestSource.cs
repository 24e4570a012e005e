using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>The interactions of a scenario's customers, one after the other. Safe for several threads at once.</summary>
/// <param name="end">Until when the customers' time goes.</param>
public sealed class RequestSource(Scenario scenario, Share share, DateTimeOffset end)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _duration = scenario.Duration;
    private readonly Population _population = new(new SimulationPlan(
        scenario.Population.Customers, Interactions: 0, scenario.Population.Seed, end, TimeSpan.FromDays(scenario.Population.Days), scenario.Population.AskShare)
    {
        Mix = scenario.Population.Mix,
        Share = share,
    });
    private double _passed;

    /// <summary>The next interaction.</summary>
    /// <param name="planned">How much of the scenario's planned duration has passed. The customers' time passes in the same proportion and never goes back.</param>
    public InteractRequest Next(TimeSpan planned)
    {
        lock (_lock)
        {
            _passed = Math.Clamp(planned / _duration, _passed, 1);
            return _population.Next(_passed);
        }
    }
}
