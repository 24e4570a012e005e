using System.Collections.Immutable;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain;

/// <summary>One turn as it is stored: its number, when it was recorded, the playbook it was decided by, what it changed in order.</summary>
public sealed record Turn(long Version, Instant At, int PlaybookVersion, ImmutableArray<Fact> Facts)
{
    public bool Equals(Turn? other) =>
        other is not null && Version == other.Version && At == other.At && PlaybookVersion == other.PlaybookVersion
        && Facts.AsSpan().SequenceEqual(other.Facts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Version, At, PlaybookVersion, Facts.Length);
}

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
    public bool Equals(TurnReply? other) =>
        other is not null && Key == other.Key && Version == other.Version && ObservedThrough == other.ObservedThrough
        && Stage == other.Stage && Scores == other.Scores && InteractionId == other.InteractionId
        && Decisions.AsSpan().SequenceEqual(other.Decisions.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Key, Version);
}

/// <summary>What became of a request. Closed.</summary>
public abstract record TurnOutcome
{
    private TurnOutcome()
    {
    }

    /// <summary>The turn happened, and the state has it.</summary>
    public sealed record Done(Turn Turn, TurnReply Reply) : TurnOutcome;

    /// <summary>The id was answered at <paramref name="Version"/>; the state is untouched. Customer.Reply gives that answer again.</summary>
    public sealed record Repeated(long Version) : TurnOutcome;

    /// <summary>The state can't tell whether the id is new and is untouched: look <paramref name="IdHash"/> up in the customer's history,
    /// then decide again with the <see cref="HistoryVerdict"/>.</summary>
    public sealed record AskHistory(ulong IdHash) : TurnOutcome;

    /// <summary>The request was bad; the state is untouched.</summary>
    public sealed record Refused(Refusal Refusal) : TurnOutcome;
}
