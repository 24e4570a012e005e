using System.Collections.Immutable;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain;

/// <summary>The answer of a turn. <paramref name="ObservedThrough"/>: every turn up to this one is in it.
/// <paramref name="InteractionId"/> is the request's id.</summary>
public sealed record TurnReply(
    CustomerKey Key,
    long Version,
    long ObservedThrough,
    Stage Stage,
    Scores Scores,
    ImmutableArray<Decision> Decisions,
    string InteractionId)
{
    /// <summary>The playbook that decided; in it stands what its treatments say.</summary>
    public int PlaybookVersion { get; init; }

    /// <summary>What was reserved before and may no longer be delivered: a channel that holds one of these stops it.</summary>
    public ImmutableArray<ReceiptId> Withdrawn { get; init; } = [];

    public bool Equals(TurnReply? other) =>
        other is not null && Key == other.Key && Version == other.Version && ObservedThrough == other.ObservedThrough
        && Stage == other.Stage && Scores == other.Scores && InteractionId == other.InteractionId && PlaybookVersion == other.PlaybookVersion
        && Decisions.AsSpan().SequenceEqual(other.Decisions.AsSpan()) && Withdrawn.AsSpan().SequenceEqual(other.Withdrawn.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Version);
}
