namespace SegmentOfOne.Silo.Playbooks;

/// <summary>What is in force on a silo.</summary>
/// <param name="Version">Null: it did not say in time.</param>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.silo_in_force")]
public sealed record SiloInForce([property: Id(0)] string Silo, [property: Id(1)] int? Version);
