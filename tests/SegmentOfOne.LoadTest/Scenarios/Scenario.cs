using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>The invented customers of a scenario.</summary>
/// <param name="Customers">How many there are.</param>
/// <param name="Days">How much of their time the interactions are spread over, until now.</param>
/// <param name="Seed">The same seed, the same customers and interactions.</param>
/// <param name="AskShare">The share, in [0, 1], of the places to fill for which a decision is asked.</param>
public sealed record InventedCustomers(int Customers, int Days, ulong Seed, double AskShare, ShopperMix Mix);

/// <summary>A load to put on a service: customers, phases, and what must hold.</summary>
/// <param name="Connections">Over how many channels each process calls.</param>
/// <param name="Phases">In their order.</param>
/// <param name="Thresholds">What must hold of all phases together that are no warm-up.</param>
public sealed record Scenario(
    string Name, string Description, InventedCustomers Population, int Connections, IReadOnlyList<Phase> Phases, IReadOnlyList<Threshold> Thresholds)
{
    /// <summary>How long it takes when every call is answered at once.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(Phases.Sum(phase => phase.Duration.Ticks));

    /// <summary>Every threshold, with those of phases; where none is said, that nothing fails and nothing is refused.</summary>
    public IReadOnlyList<Threshold> Demands
    {
        get
        {
            List<Threshold> all = [.. Thresholds, .. Phases.SelectMany(phase => phase.Thresholds)];
            return all.Count > 0 ? all : [Threshold.Parse("errors == 0"), Threshold.Parse("refused == 0")];
        }
    }
}
