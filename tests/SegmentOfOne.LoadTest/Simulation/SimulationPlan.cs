namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>What to invent.</summary>
/// <param name="Customers">How many customers there are; some come often, some never.</param>
/// <param name="Interactions">How many interactions to invent.</param>
/// <param name="Seed">The same seed, the same interactions.</param>
/// <param name="End">The time of the last interaction; none is after it.</param>
/// <param name="Span">How much of the customers' time the interactions are spread over.</param>
/// <param name="AskedShare">The share, in [0, 1], of the places to fill for which a decision is asked; the placements are
/// those of the default playbook.</param>
public sealed record SimulationPlan(
    int Customers, long Interactions, ulong Seed, DateTimeOffset End, TimeSpan Span, double AskedShare)
{
    /// <summary>What shoppers are like.</summary>
    public ShopperMix Mix { get; init; } = ShopperMix.Usual;

    /// <summary>Which of the customers this process has.</summary>
    public Share Share { get; init; } = Share.Whole;
}
