using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine;

/// <summary>What marketers ask about many customers: answered from checkpointed columns, so every answer says as of when.</summary>
public interface ICustomerQueries
{
    ValueTask<Overview> Overview(CancellationToken ct);

    /// <summary>Sums over journeys.</summary>
    ValueTask<JourneysOverview> Journeys(CancellationToken ct);

    ValueTask<CustomerPage> List(CustomerQuery query, CancellationToken ct);

    /// <summary>Replays what real customers did under another playbook, and tells decision by decision what would have been different. The decisions
    /// are exact; how customers would have reacted to them is not known. Slow, and made to be: turns go first.</summary>
    /// <exception cref="InvalidQueryException">The question is out of bounds.</exception>
    IAsyncEnumerable<WhatIfEvent> WhatIf(WhatIfQuestion question, CancellationToken ct);
}

/// <summary>Sums over every turn checkpointed by <see cref="AsOf"/>, exact, and what this process is doing.</summary>
/// <param name="AsOf">Every turn acknowledged before is in the sums.</param>
/// <param name="UnknownTypes">Interaction types that the playbook didn't know, with their turns, most turns first.</param>
public sealed record Overview(
    Instant AsOf,
    long Customers,
    long Turns,
    ImmutableArray<StageSums> Stages,
    ImmutableArray<StageFlow> Flows,
    ImmutableArray<NamedCount> Channels,
    ImmutableArray<NamedCount> Types,
    ImmutableArray<NamedCount> UnknownTypes,
    MoneySums Money,
    TouchSums Touches,
    ProcessFigures Process)
{
    /// <summary>The processes that customers live in, where there may be more than this one.</summary>
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Turns that nobody asked for: something became due.</summary>
    public long ClockTurns { get; init; }

    /// <summary>Segments that anybody was ever in.</summary>
    public ImmutableArray<SegmentSums> Segments { get; init; } = [];

    /// <summary>When scores were valued for the percentiles that segments go by in this process; null: none does, or none is known yet.</summary>
    public Instant? RankedAt => Ranks?.At;

    /// <summary>Where percentiles lie, as this process goes by them; null: as <see cref="RankedAt"/>.</summary>
    public ScoreRanks? Ranks { get; init; }

    /// <summary>What left for receivers, most first.</summary>
    public ImmutableArray<NamedCount> Messages { get; init; } = [];

    /// <summary>Customers that ever became part of another.</summary>
    public long Merges { get; init; }

    /// <summary>Parts that were given back.</summary>
    public long Unmerges { get; init; }

    /// <summary>Claims of another name that brought nobody together, by reason, most first.</summary>
    public ImmutableArray<ClaimsRefused> ClaimsRefused { get; init; } = [];
}

/// <summary>One of the processes that customers live in.</summary>
/// <param name="PlaybookVersion">The playbook in force there; null: it did not say in time.</param>
public sealed record Member(string Name, int? PlaybookVersion);

/// <summary>Who is in a stage now (<paramref name="Occupancy"/> = <paramref name="Inflow"/> − <paramref name="Outflow"/>).
/// A new customer flows into its first stage.</summary>
public sealed record StageSums(Stage Stage, long Occupancy, long Inflow, long Outflow);

/// <summary>Transitions from a stage to another.</summary>
public sealed record StageFlow(Stage From, Stage To, long Count);

public sealed record ClaimsRefused(ClaimRefusal Reason, long Count);

public sealed record NamedCount(string Name, long Count);

/// <summary>What was chosen at placements, by the way it goes and what it is for; what is owed to customers is counted apart.</summary>
/// <param name="Decisions">All of them, those for no action included.</param>
/// <param name="Withdrawn">What was reserved, and may no longer be delivered.</param>
public sealed record TouchSums(
    long Decisions,
    ImmutableArray<PurposeCount> Outbound,
    ImmutableArray<PurposeCount> Inbound,
    long Transactional,
    long Withdrawn)
{
    /// <summary>The brand's share of what goes out to customers that sells nothing; null while nothing goes out.</summary>
    public double? NonSaleShare
    {
        get
        {
            var all = Outbound.Sum(count => count.Count);
            return all == 0 ? null : 1 - (double)Outbound.Where(count => count.Purpose == Purpose.Sell).Sum(count => count.Count) / all;
        }
    }
}

public sealed record PurposeCount(Purpose Purpose, long Count);

/// <summary>Exact decimals, in the playbook's currency; <paramref name="Returned"/> is not above 0.</summary>
public sealed record MoneySums(long Orders, decimal Revenue, long Returns, decimal Returned);

/// <summary>This process since its start.</summary>
/// <param name="Refused">Requests refused by the domain, by reason.</param>
/// <param name="Resident">Customers in memory.</param>
/// <param name="SlabBytes">Memory held for them outside the collected heap, of at most <paramref name="SlabBudgetBytes"/>.</param>
/// <param name="UnsavedTurns">Turns durable in the journal and not yet in the columns; <paramref name="UnsavedBytes"/> in memory.</param>
/// <param name="JournalBytes">Size of the journal's files.</param>
public sealed record ProcessFigures(
    Instant StartedAt,
    ImmutableArray<NamedCount> Refused,
    long Overloaded,
    long Unavailable,
    long Resident,
    long SlabBytes,
    long SlabBudgetBytes,
    long UnsavedTurns,
    long UnsavedBytes,
    long JournalBytes)
{
    /// <summary>Turns that nobody asked for.</summary>
    public long ClockTurns { get; init; }

    /// <summary>Customers in memory of whom something may become due by time alone.</summary>
    public long WithDue { get; init; }

    /// <summary>When the first of them is to be looked at; null: none is.</summary>
    public Instant? EarliestDue { get; init; }

    /// <summary>Bytes held in memory for due times, beside the customers' states.</summary>
    public long DueBytes { get; init; }
}

/// <summary>What customers are sorted by.</summary>
public enum CustomerSort
{
    Involvement,
    Interaction,
    Intimacy,
    Influence,
    Engagement,
    Advocacy,

    /// <summary>Revenue and returns together.</summary>
    Value,
    LastSeen,
}

/// <summary>A closed interval; null is open on that side.</summary>
public readonly record struct ScoreRange(double? Min, double? Max);

/// <summary>Which customers, in which order.</summary>
public sealed record CustomerQuery
{
    public const int MaxLimit = 500;

    public Stage? Stage { get; init; }

    /// <summary>Only who is in this segment; null: whoever.</summary>
    public string? Segment { get; init; }

    public ScoreRange Involvement { get; init; }

    public ScoreRange Interaction { get; init; }

    public ScoreRange Intimacy { get; init; }

    public ScoreRange Influence { get; init; }

    public ScoreRange Engagement { get; init; }

    public ScoreRange Advocacy { get; init; }

    public CustomerSort Sort { get; init; } = CustomerSort.LastSeen;

    public bool Descending { get; init; } = true;

    /// <summary>1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 50;

    /// <summary><see cref="CustomerPage.Next"/> of the page before; null: the first page.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of customers.</summary>
/// <param name="AsOf">Every turn acknowledged before is in it.</param>
/// <param name="ValuedAt">When scores are valued: the same for all pages that one cursor goes through.</param>
/// <param name="Next">Cursor of the next page; null: this is the last.</param>
public sealed record CustomerPage(Instant AsOf, Instant ValuedAt, ImmutableArray<CustomerRow> Customers, string? Next);

/// <summary>One customer of a list.</summary>
/// <param name="Value">Revenue and returns together, exact.</param>
public sealed record CustomerRow(
    CustomerKey Key,
    ImmutableArray<Identifier> Identifiers,
    long Version,
    Stage Stage,
    Scores Scores,
    bool AtRisk,
    bool InRecovery,
    long Orders,
    decimal Value,
    Instant FirstSeen,
    Instant LastSeen);

/// <summary>A query that makes no sense: a cursor of another query, a limit out of bounds.</summary>
public sealed class InvalidQueryException(string message) : Exception(message);
