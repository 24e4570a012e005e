using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.WhatIfs;

/// <summary>What a what-if found.</summary>
/// <param name="LeftOut">Customers of the sample that can't be read; the log says why.</param>
/// <param name="Different">Decisions with another action or treatment, or without their placement.</param>
/// <param name="Reweighed">Decisions for the same, by another priority or on other terms.</param>
public sealed record WhatIfResult(
    long Customers, long LeftOut, long Turns, long Decisions, long Different, long Reweighed, WhatIfSums Before, WhatIfSums After);

/// <summary>Sums over the decisions under one of the two playbooks.</summary>
public sealed class WhatIfSums
{
    private readonly Dictionary<string, long> _actions = new(StringComparer.Ordinal);
    private readonly Dictionary<Purpose, long> _purposes = [];
    private readonly Dictionary<string, long> _capHits = new(StringComparer.Ordinal);

    public long Decisions { get; private set; }

    /// <summary>Decisions for no action.</summary>
    public long WithoutAction { get; private set; }

    /// <summary>Touches that go out to customers, without those that are owed to them.</summary>
    public long Outbound { get; private set; }

    /// <summary>Those of them that sell.</summary>
    public long OutboundSales { get; private set; }

    public IReadOnlyDictionary<string, long> Actions => _actions;

    public IReadOnlyDictionary<Purpose, long> Purposes => _purposes;

    /// <summary>By cap, as receipts name it: decisions at which it held back what had passed every gate before.</summary>
    public IReadOnlyDictionary<string, long> CapHits => _capHits;

    internal void Add(Decided decided)
    {
        Decisions++;
        if (decided is not { Action: { } action, Reserved: { } reserved })
        {
            WithoutAction++;
            return;
        }

        Count(_actions, action);
        Count(_purposes, reserved.Purpose);
        if (reserved.Direction == Direction.Outbound && (reserved.Terms & Domain.Contact.TouchTerms.Transactional) == 0)
        {
            Outbound++;
            OutboundSales += reserved.Purpose == Purpose.Sell ? 1 : 0;
        }
    }

    internal void AddCapHit(string cap) => Count(_capHits, cap);

    private static void Count<T>(Dictionary<T, long> counts, T name)
        where T : notnull => counts[name] = counts.GetValueOrDefault(name) + 1;
}
