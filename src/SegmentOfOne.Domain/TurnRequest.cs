using System.Collections.Immutable;

namespace SegmentOfOne.Domain;

/// <summary>What a caller asks of one turn: to observe an interaction, to decide, or both. Checked by <see cref="RequestRules"/>.</summary>
public sealed record TurnRequest
{
    public required Identifier Customer { get; init; }

    /// <summary>The idempotency key, chosen by the caller, unique within the customer. Needed to observe;
    /// empty only where nothing is observed, and then each call is a turn of its own.</summary>
    public string Id { get; init; } = "";

    /// <summary>What happened, in the playbook's words; null where nothing is observed and only decisions are wanted.</summary>
    public string? Type { get; init; }

    public string Channel { get; init; } = "";

    /// <summary>When it happened, however late it is told; null is now. Without meaning where nothing is observed.</summary>
    public Instant? OccurredAt { get; init; }

    public Properties Properties { get; init; } = Properties.Empty;

    /// <summary>The customer that was asked and sent us on, because it is part of another; null: the customer itself is asked. Set by whoever
    /// sends on, never by callers.</summary>
    public Detour? Via { get; init; }

    /// <summary>Names of the placements at which a decision is wanted, in the order of the answer.</summary>
    public ImmutableArray<string> Placements { get; init => field = value.IsDefault ? [] : value; } = [];
}
