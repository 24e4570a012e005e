using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>Names that a playbook declares and its expressions may use.</summary>
internal sealed record KnownNames(IReadOnlyCollection<string> Types, IReadOnlyCollection<string> Fences)
{
    public IReadOnlyCollection<string> Journeys { get; init; } = [];

    public IReadOnlyCollection<string> Segments { get; init; } = [];

    public IReadOnlyCollection<string> Traits { get; init; } = [];

    /// <summary>The traits by name, once they are read.</summary>
    public IReadOnlyDictionary<string, TraitRule> TraitRules { get; init; } = ImmutableDictionary<string, TraitRule>.Empty;
}
