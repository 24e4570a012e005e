using Google.Protobuf.WellKnownTypes;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>One thing that happens in a visit and what follows from it.</summary>
/// <param name="After">How long after the moment before it.</param>
/// <param name="Type">The interaction's type.</param>
/// <param name="Channel">Where it happens.</param>
/// <param name="Properties">What is said of it.</param>
public sealed record Moment(TimeSpan After, string Type, string Channel, params (string Name, Value Value)[] Properties)
{
    /// <summary>The place that the caller has to fill with what is decided; null: none.</summary>
    public string? Placement { get; init; }
}
