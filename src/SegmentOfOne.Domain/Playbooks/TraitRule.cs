using System.Collections.Immutable;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A trait: how it is computed from interactions of some types, or that journeys say it.</summary>
/// <param name="Types">The interactions that count; none for one that journeys set.</param>
/// <param name="Property">Which of their properties is looked at; null where only their number counts.</param>
/// <param name="Window">How far back they count; null: ever.</param>
public sealed record TraitRule(string Name, string Description, TraitKind Kind, ImmutableArray<string> Types, string? Property, TimeSpan? Window);
