using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>Ten thousand random customers go through random journeys for a year, beside a simulator that keeps every event and knows nothing of the
/// domain: each step is taken at its exact time, once, in the same order.</summary>
public sealed class JourneySimulationTests
{
    private const int Shops = 250;
    private const int CustomersOfShop = 40;

    [Fact]
    public void Ten_thousand_customers_take_every_step_when_it_is_due_and_once()
    {
        var steps = 0L;
        var ends = new long[4];
        Parallel.For(0, Shops, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, shop =>
        {
            var random = new Random(shop);
            var flows = new RandomFlows(random).Some(movable: false);
            var later = new RandomFlows(random).Some(movable: true);
            var (before, after) = (Of(1, flows), Of(2, later));
            for (var i = 0; i < CustomersOfShop; i++)
            {
                var life = new SimulatedLife(shop, i, (before, flows), (after, later));
                life.LiveAYear();
                Interlocked.Add(ref steps, life.Steps);
                for (var end = 0; end < ends.Length; end++)
                {
                    Interlocked.Add(ref ends[end], life.Ends[end]);
                }
            }
        });

        steps.ShouldBeGreaterThan(200_000);
        ends[(int)JourneyEnd.Converted].ShouldBeGreaterThan(10_000);
        ends[(int)JourneyEnd.Completed].ShouldBeGreaterThan(10_000);
        ends[(int)JourneyEnd.Exited].ShouldBeGreaterThan(5_000);
        ends[(int)JourneyEnd.Broken].ShouldBe(0);
    }

    private static Playbook Of(int version, List<NaiveFlow> flows)
    {
        // What isn't there in this playbook is there to be named: conditions name the first journey.
        flows.ShouldContain(flow => flow.Id == "j0");
        return JourneyPlaybook.Of(version, [.. flows.Select(flow => flow.Json())]);
    }
}
