using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SegmentOfOne.Domain.Playbooks.Reading;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>One version of the document in which marketers say everything: read, checked, compiled. Immutable, swapped whole.</summary>
public sealed class Playbook
{
    private readonly FrozenDictionary<string, InteractionRule> interactions = FrozenDictionary<string, InteractionRule>.Empty;
    private readonly FrozenDictionary<string, PlacementRule> placements = FrozenDictionary<string, PlacementRule>.Empty;
    private readonly FrozenDictionary<string, ActionRule> actions = FrozenDictionary<string, ActionRule>.Empty;
    private readonly FrozenDictionary<string, JourneyFlow> journeys = FrozenDictionary<string, JourneyFlow>.Empty;
    private readonly FrozenDictionary<string, TraitRule> traits = FrozenDictionary<string, TraitRule>.Empty;
    private readonly FrozenDictionary<string, ImmutableArray<TraitRule>> traitsOfType = FrozenDictionary<string, ImmutableArray<TraitRule>>.Empty;

    internal Playbook()
    {
    }

    /// <summary>The playbook that the program brings along, as version 1.</summary>
    public static Playbook Default => Shipped.Playbook;

    /// <summary>The document of <see cref="Default"/>, JSON in UTF-8.</summary>
    public static ReadOnlyMemory<byte> DefaultSource => Shipped.DefaultSource;

    /// <summary>The JSON schema (draft 2020-12) of the document, JSON in UTF-8. It says the structure; what it can't say,
    /// such as the grammar of expressions, <see cref="Parse"/> checks too.</summary>
    public static ReadOnlyMemory<byte> Schema => Shipped.Schema;

    /// <summary>The number under which it was published, from 1.</summary>
    public required int Version { get; init; }

    public required string Name { get; init; }

    /// <summary>ISO 4217 letters; the currency of every amount.</summary>
    public required string Currency { get; init; }

    /// <summary>The document as it was given, byte for byte.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>SHA-256 of <see cref="Source"/> in 64 small hexadecimal digits. Equal documents have equal hashes.</summary>
    public required string Hash { get; init; }

    public required EngagementRules Engagement { get; init; }

    public required JourneyRules Journey { get; init; }

    /// <summary>All interaction types that it knows, in ordinal order of name.</summary>
    public required ImmutableArray<InteractionRule> Interactions
    {
        get;
        init
        {
            field = value;
            interactions = value.ToFrozenDictionary(rule => rule.Type, StringComparer.Ordinal);
        }
    }

    /// <summary>All placements, in ordinal order of name.</summary>
    public required ImmutableArray<PlacementRule> Placements
    {
        get;
        init
        {
            field = value;
            placements = value.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);
        }
    }

    /// <summary>All actions, in ordinal order of id.</summary>
    public required ImmutableArray<ActionRule> Actions
    {
        get;
        init
        {
            field = value;
            actions = value.DistinctBy(rule => rule.Id).ToFrozenDictionary(rule => rule.Id, StringComparer.Ordinal);
        }
    }

    /// <summary>When, how often and with what a customer may be touched.</summary>
    public required ContactRules Contact { get; init; }

    /// <summary>What needs a consent that was given.</summary>
    public required ConsentRules Consent { get; init; }

    /// <summary>Where places are, and what nearness is worth.</summary>
    public required LocationRules Location { get; init; }

    /// <summary>Who is who.</summary>
    public IdentityRules Identity { get; init; } = IdentityRules.None;

    /// <summary>How long what is known of customers is kept.</summary>
    public RetentionRules Retention { get; init; } = new(null, null);

    /// <summary>All segments, in ordinal order of name.</summary>
    public ImmutableArray<SegmentRule> Segments { get; init; } = [];

    /// <summary>All traits, in ordinal order of name.</summary>
    public ImmutableArray<TraitRule> Traits
    {
        get;
        init
        {
            field = value;
            traits = value.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);
            traitsOfType = value.SelectMany(rule => rule.Types.Select(type => (type, rule)))
                .GroupBy(each => each.type, each => each.rule)
                .ToFrozenDictionary(each => each.Key, each => each.ToImmutableArray(), StringComparer.Ordinal);
        }
    } = [];

    /// <summary>All journeys, in ordinal order of id.</summary>
    public ImmutableArray<JourneyFlow> Journeys
    {
        get;
        init
        {
            field = value;
            journeys = value.DistinctBy(flow => flow.Id).ToFrozenDictionary(flow => flow.Id, StringComparer.Ordinal);
            Triggers = new JourneyTriggers(value);
        }
    } = [];

    /// <summary>Where messages of journeys can go: names of webhooks.</summary>
    public ImmutableArray<string> Receivers { get; init; } = [];

    internal JourneyTriggers Triggers { get; private init; } = JourneyTriggers.None;

    /// <summary>Reads a document. <paramref name="version"/> is the number that it is, or would be, published under.</summary>
    public static PlaybookParse Parse(ReadOnlySpan<byte> utf8Json, int version) => PlaybookReader.Read(utf8Json, version);

    /// <summary>False for a type that this playbook doesn't know: it weighs nothing.</summary>
    public bool TryInteraction(string type, [NotNullWhen(true)] out InteractionRule? rule) => interactions.TryGetValue(type, out rule);

    public bool TryAction(string id, [NotNullWhen(true)] out ActionRule? rule) => actions.TryGetValue(id, out rule);

    public bool TryJourney(string id, [NotNullWhen(true)] out JourneyFlow? flow) => journeys.TryGetValue(id, out flow);

    public bool TryPlacement(string name, [NotNullWhen(true)] out PlacementRule? rule) => placements.TryGetValue(name, out rule);

    public bool TryTrait(string name, [NotNullWhen(true)] out TraitRule? rule) => traits.TryGetValue(name, out rule);

    /// <summary>The traits that are computed from interactions of a type.</summary>
    public ImmutableArray<TraitRule> TraitsOf(string type) => traitsOfType.TryGetValue(type, out var rules) ? rules : [];
}
