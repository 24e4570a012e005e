using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Contact;

/// <summary>
/// The slice of a customer that says how often and with what the customer was touched: the ledger of touches, exact, and what is
/// summed over all of them. It goes by the recorded clock: a touch is ours, so late news of the customer doesn't move it.
/// </summary>
public sealed class ContactState
{
    private readonly List<Touch> touches = [];
    private readonly List<string> actions = [];

    /// <summary>The touches that something may still count, in the order in which they were chosen.</summary>
    public ReadOnlySpan<Touch> Touches => CollectionsMarshal.AsSpan(touches);

    /// <summary>Outbound touches delivered, ever, that were not transactional.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Those of them that sold.</summary>
    public long DeliveredSales { get; internal set; }

    /// <summary>The turn that observed the first order; 0 before.</summary>
    public long FirstOrder { get; internal set; }

    /// <summary>Touches delivered since the first order, in either direction, that sold nothing and were not transactional.</summary>
    public long CareSinceOrder { get; internal set; }

    /// <summary>With which trust is folded, in milliseconds; 0 while there is none.</summary>
    public long TrustHalfLife { get; internal set; }

    /// <summary>What outbound touches have earned and cost, halved with age. The order of reports doesn't matter.</summary>
    public Accumulator TrustBalance { get; internal set; }

    /// <summary>The actions of the touches, each once; a touch names its action by the place here.</summary>
    internal ReadOnlySpan<string> Actions => CollectionsMarshal.AsSpan(actions);

    public string ActionOf(in Touch touch) => actions[touch.Slot];

    /// <summary>The trust balance at a time.</summary>
    public double Trust(Instant at) => TrustHalfLife == 0 ? 0 : TrustBalance.At(at, TrustHalfLife);

    /// <summary>Whether no touch finds room at a time.</summary>
    public bool IsFull(Instant now) => touches.Count >= Limits.Touches && Taken(now) >= Limits.Touches;

    /// <summary>Touches for which the ledger's places are taken at a time: those that count or may count again. What was released makes room.</summary>
    public int Taken(Instant now)
    {
        var taken = 0;
        foreach (ref readonly var touch in Touches)
        {
            taken += touch.KeptUntil > now && (touch.IsDelivered || touch.IsPendingAt(now)) ? 1 : 0;
        }

        return taken;
    }

    /// <summary>The place of a touch in <see cref="Touches"/>, or −1.</summary>
    /// <param name="origin">Whose turn it was; the default: the customer's own.</param>
    public int Find(CustomerKey origin, long version, int index)
    {
        for (var i = touches.Count - 1; i >= 0; i--)
        {
            if (touches[i].Version == version && touches[i].Index == index && touches[i].Origin == origin)
            {
                return i;
            }
        }

        return -1;
    }

    internal void Observe(InteractionObserved observed, long version)
    {
        if (FirstOrder == 0 && (observed.Evidence & Evidence.Order) != 0)
        {
            FirstOrder = version;
        }
    }

    /// <param name="origin">Whose turn it is; the default: the customer's own.</param>
    internal void Reserve(CustomerKey origin, long version, string action, Reservation reserved)
    {
        ForgetOld(reserved.At);
        var touch = new Touch(
            version,
            reserved.Index,
            0,
            reserved.Purpose,
            reserved.Channel,
            reserved.Direction,
            reserved.Terms,
            reserved.At,
            reserved.Expires,
            reserved.KeptUntil,
            reserved.DeliveredAtOnce ? TouchReport.Delivered : TouchReport.None,
            Withdrawn: false,
            Trust: 0)
        {
            Origin = origin,
        };
        Count(touch, touch.IsDelivered ? 1 : 0);
        if (reserved.KeptUntil > reserved.At && MakeRoom(reserved.At))
        {
            touches.Add(touch with { Slot = SlotOf(action) });
        }
    }

    internal void Report(TouchReported reported)
    {
        var place = Find(reported.Origin, reported.Version, reported.Index);
        if (place < 0)
        {
            return;
        }

        var before = touches[place];
        var after = before with { Reports = before.Reports | reported.Report, Trust = reported.Trust };
        touches[place] = after;
        Count(after, (after.IsDelivered ? 1 : 0) - (before.IsDelivered ? 1 : 0));
        if (after.Trust != before.Trust)
        {
            TrustBalance = TrustBalance.Fold(after.Trust - before.Trust, after.At, TrustHalfLife);
        }
    }

    internal void Withdraw(TouchWithdrawn withdrawn)
    {
        var place = Find(withdrawn.Origin, withdrawn.Version, withdrawn.Index);
        if (place >= 0)
        {
            touches[place] = touches[place] with { Withdrawn = true };
        }
    }

    /// <summary>Adds the touches of another customer, which count from now on as if they had been this one's; beyond the bound the latest stay.</summary>
    /// <param name="key">The other's.</param>
    /// <param name="version">The turn that does it.</param>
    internal void Absorb(ContactState other, CustomerKey key, long version)
    {
        CareSinceOrder += other.CareSinceOrder;
        FirstOrder = FirstOrder == 0 && other.FirstOrder > 0 ? version : FirstOrder;
        (Delivered, DeliveredSales) = (Delivered + other.Delivered, DeliveredSales + other.DeliveredSales);
        TrustHalfLife = TrustHalfLife == 0 ? other.TrustHalfLife : TrustHalfLife;
        if (other.TrustBalance.Amount != 0)
        {
            TrustBalance = TrustBalance.Fold(other.TrustBalance.Amount, other.TrustBalance.Last, TrustHalfLife);
        }

        // Each keeps the order of its own, in which versions go up.
        var (own, names) = (touches.ToArray(), actions.ToArray());
        var (mine, theirs, skip) = (0, 0, Math.Max(0, own.Length + other.touches.Count - Limits.Touches));
        touches.Clear();
        actions.Clear();
        while (mine < own.Length || theirs < other.touches.Count)
        {
            var isMine = theirs == other.touches.Count || (mine < own.Length && own[mine].At <= other.touches[theirs].At);
            var (action, touch) = isMine ? (names[own[mine].Slot], own[mine]) : (other.ActionOf(other.touches[theirs]), other.touches[theirs]);
            touch = isMine || touch.Origin != default ? touch : touch with { Origin = key };
            (mine, theirs) = isMine ? (mine + 1, theirs) : (mine, theirs + 1);
            if (skip-- <= 0)
            {
                Add(action, touch);
            }
        }
    }

    internal void Add(string action, Touch touch) => touches.Add(touch with { Slot = SlotOf(action) });

    internal void Clear()
    {
        touches.Clear();
        actions.Clear();
        (Delivered, DeliveredSales, FirstOrder, CareSinceOrder, TrustHalfLife, TrustBalance) = (0, 0, 0, 0, 0, default);
    }

    private void Count(in Touch touch, int change)
    {
        if (change == 0 || touch.IsTransactional)
        {
            return;
        }

        var sells = touch.Purpose == Purpose.Sell;
        if (touch.Direction == Direction.Outbound)
        {
            Delivered += change;
            DeliveredSales += sells ? change : 0;
        }

        if (!sells && FirstOrder > 0 && touch.Origin == default && touch.Version >= FirstOrder)
        {
            CareSinceOrder += change;
        }
    }

    /// <summary>What was released longest ago leaves first; false when every touch counts.</summary>
    private bool MakeRoom(Instant now)
    {
        if (touches.Count < Limits.Touches)
        {
            return true;
        }

        for (var i = 0; i < touches.Count; i++)
        {
            if (!touches[i].IsDelivered && !touches[i].IsPendingAt(now))
            {
                touches.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    private void ForgetOld(Instant now)
    {
        var held = true;
        foreach (ref readonly var touch in Touches)
        {
            held &= touch.KeptUntil > now;
        }

        if (!held)
        {
            RemoveOld(now);
        }
    }

    /// <summary>Leaves the actions of those that stay, in their order.</summary>
    private void RemoveOld(Instant now)
    {
        touches.RemoveAll(touch => touch.KeptUntil <= now);
        var old = actions.ToArray();
        actions.Clear();
        foreach (ref var touch in CollectionsMarshal.AsSpan(touches))
        {
            touch = touch with { Slot = SlotOf(old[touch.Slot]) };
        }
    }

    private int SlotOf(string action)
    {
        var slot = actions.IndexOf(action);
        if (slot < 0)
        {
            slot = actions.Count;
            actions.Add(action);
        }

        return slot;
    }
}
