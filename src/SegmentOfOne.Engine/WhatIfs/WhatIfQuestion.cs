using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>Whose decisions would have been which, under another playbook.</summary>
/// <param name="Playbook">The other playbook, published or not.</param>
public sealed record WhatIfQuestion(Playbook Playbook)
{
    /// <summary>Customers of a sample, at most.</summary>
    public const int MaxSample = 10_000;

    /// <summary>Differences told one by one, at most; all are counted.</summary>
    public const int MaxDifferences = 10_000;

    /// <summary>The one customer; null: a <see cref="Sample"/>.</summary>
    public Identifier? Customer { get; init; }

    /// <summary>So many customers; all, where there are fewer.</summary>
    public int Sample { get; init; }

    /// <summary>Draws the sample: the same seed the same customers, as long as there are no new ones.</summary>
    public ulong Seed { get; init; }

    /// <summary>Turns recorded from then on; null: from the first.</summary>
    public Instant? From { get; init; }

    /// <summary>Turns recorded before then; null: until now.</summary>
    public Instant? To { get; init; }

    /// <summary>False: each decision by itself, with the customer as it really was, so that every difference is exact. True: what the other playbook
    /// chose counts for its later decisions, so that caps and balances fill as they would have; what channels reported of a decision
    /// is then taken as said of whatever stood in its place. A cap on what is shown to customers who are here wants that: such touches are kept only
    /// as long as a cap of their own playbook counts them.</summary>
    public bool Carry { get; init; }

    /// <summary>How many differences are told one by one.</summary>
    public int Differences { get; init; } = 100;
}
