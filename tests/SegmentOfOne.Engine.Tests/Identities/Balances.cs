using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>Whoever was merged and parted: the sums over all customers are what the customers themselves say.</summary>
internal static class Balances
{
    public static async Task Check(EmbeddedEngine engine, params Identifier[] names)
    {
        while ((await engine.Overview(default)).Process.UnsavedTurns > 0)
        {
            await engine.Drain(default);
        }

        var customers = new Dictionary<CustomerKey, CustomerState>();
        foreach (var name in names)
        {
            if (await engine.Get(name, null, default) is { } view)
            {
                customers[view.Key] = view.State;
            }
        }

        var overview = await engine.Overview(default);
        overview.Customers.ShouldBe(customers.Count);
        foreach (var stage in overview.Stages)
        {
            if (stage.Stage != Stage.Merged)
            {
                stage.Occupancy.ShouldBe(customers.Values.Count(state => state.Stage == stage.Stage), stage.Stage.ToString());
            }
        }

        foreach (var segment in overview.Segments)
        {
            (segment.Entered - segment.Left).ShouldBe(customers.Values.Count(state => state.Segments.Has(segment.Segment)), segment.Segment);
            (await engine.List(new CustomerQuery { Segment = segment.Segment }, default)).Customers.Length.ShouldBe(customers.Values.Count(state => state.Segments.Has(segment.Segment)), segment.Segment);
        }

        foreach (var journey in (await engine.Journeys(default)).Journeys)
        {
            journey.Inside.ShouldBe(customers.Values.Sum(state => state.Journeys.RunsOf(journey.Journey)), journey.Journey);
        }

        (await engine.List(new CustomerQuery { Limit = 500 }, default)).Customers.Select(row => row.Key).ShouldBe(customers.Keys, ignoreOrder: true);
    }
}
