using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>What is in the outbox, and how it goes with each receiver.</summary>
/// <param name="AsOf">By the clock of deliveries.</param>
/// <param name="Receivers">In ordinal order of name: those that messages left for, and those with an address.</param>
public sealed record OutboxFigures(Instant AsOf, ImmutableArray<ReceiverFigures> Receivers);

/// <summary>One receiver: every message that left for it is in one of <paramref name="Waiting"/>, <paramref name="Delivered"/>, <paramref name="Dead"/>,
/// <paramref name="Withdrawn"/> and <paramref name="Discarded"/>.</summary>
/// <param name="HasAddress">False: its messages wait.</param>
/// <param name="Waiting">Those under way included.</param>
/// <param name="UnderWay">Attempts of this process at this moment.</param>
/// <param name="OldestWaiting">When that which waits longest left, by the clock of customers.</param>
/// <param name="LastFailure">Of this process since its start; null: none.</param>
/// <param name="PausedUntil">This process tries no more until then, because the receiver failed again and again or asked for it.</param>
public sealed record ReceiverFigures(
    string Name,
    bool HasAddress,
    long Waiting,
    int UnderWay,
    long Delivered,
    long Dead,
    long Withdrawn,
    long Discarded,
    Instant? OldestWaiting,
    string? LastFailure,
    Instant? LastFailureAt,
    Instant? PausedUntil);

/// <summary>Which messages, those written down last first.</summary>
public sealed record OutboxQuery
{
    public const int MaxLimit = 500;

    public string? Receiver { get; init; }

    public MessageStatus? Status { get; init; }

    /// <summary>1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 50;

    /// <summary><see cref="OutboxPage.Next"/> of the page before; null: the first page.</summary>
    public long? Before { get; init; }
}

/// <summary>One page of messages.</summary>
/// <param name="Next">Where the next page begins; null: this is the last.</param>
public sealed record OutboxPage(Instant AsOf, ImmutableArray<OutboxRow> Messages, long? Next);

/// <summary>A message of a list, without what it says and whom it names.</summary>
/// <param name="Number">In the order of being written down.</param>
/// <param name="NextAt">When the next attempt is due, while it waits.</param>
/// <param name="Touch">What it carries; null: no touch.</param>
/// <param name="Failure">Why the last attempt failed, why it died, or of what was withdrawn the rule of consent or contact; null: none of these.</param>
public sealed record OutboxRow(
    long Number,
    MessageId Id,
    string Receiver,
    Domain.Journeys.MessageKind Kind,
    string Journey,
    string Step,
    MessageStatus Status,
    Instant LeftAt,
    CarriedTouch? Touch,
    int Attempts,
    Instant NextAt,
    string? Failure,
    Instant? FailedAt,
    Instant? EndedAt);

/// <summary>What came of a wish to send a message again; closed.</summary>
public abstract record ResendOutcome
{
    private ResendOutcome()
    {
    }

    /// <summary>It waits again.</summary>
    public sealed record Done(OutboxRow Message) : ResendOutcome;

    /// <summary>It isn't dead.</summary>
    public sealed record NotDead(MessageStatus Status) : ResendOutcome;

    /// <summary>The customer doesn't want what it carries.</summary>
    /// <param name="Rule">The rule of consent or contact.</param>
    public sealed record Refused(string Rule) : ResendOutcome;

    /// <summary>There is none: it never was, was delivered, or was let go.</summary>
    public sealed record NoSuchMessage : ResendOutcome;
}
