using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What a decision at a placement goes by: the customer as it is, the request, the way the touch would go, and two clocks. Conditions
/// are valued at <see cref="Scope"/>'s time, the customer's own; contact goes by <see cref="Now"/>, the recorded one, since touches are ours:
/// an event that is told late moves the customer's past and reopens no cap.</summary>
/// <param name="only">The one action that can be chosen; null: every candidate of the placement.</param>
internal readonly ref struct Occasion(Playbook playbook, PlacementRule placement, string channel, in Scope scope, Instant now, string? only = null)
{
    public Playbook Playbook { get; } = playbook;

    public PlacementRule Placement { get; } = placement;

    /// <summary>The channel on which the touch would go.</summary>
    public string Channel { get; } = channel;

    public Scope Scope { get; } = scope;

    public Instant Now { get; } = now;

    public Direction Direction => Placement.Direction;

    /// <summary>Whether an action of the placement can be chosen at all.</summary>
    public bool Allows(ActionRule action) => only is null || action.Id == only;

    public CustomerState Customer => Scope.Customer;

    public ContactRules Contact => Playbook.Contact;

    /// <summary>How many fences have a relevance here: none where it isn't known where the customer is.</summary>
    public int Fences => Customer.Location.IsKnown(Now) ? Playbook.Location.Fences.Length : 0;

    /// <summary>Of each fence, into a span of <see cref="Fences"/>.</summary>
    public void FillRelevances(Span<double> relevances) => Nearness.Fill(relevances, Playbook.Location, Scope, Now);

    /// <summary>What choosing an action would reserve. An outbound touch is kept for the longest window that a playbook can have, so that
    /// a new cap counts it too; an inbound one only as long as a cap of this playbook counts it, so that visits don't fill the ledger.</summary>
    public Reservation Reserve(ActionRule action, int index, bool asked)
    {
        var expires = Placement.Reserve is { } reserve ? Now + reserve : Now;
        var keptUntil = Direction == Direction.Outbound ? Instant.Later(Now + Limits.TouchWindow, expires) : expires;
        if (Direction == Direction.Inbound && !action.Transactional)
        {
            foreach (var cap in Contact.Caps)
            {
                keptUntil = Caps.Counts(cap, action.Id, action.Purpose, Channel, Direction) ? Instant.Later(keptUntil, Now + cap.Window) : keptUntil;
            }
        }

        var terms = (action.Transactional ? TouchTerms.Transactional : TouchTerms.None)
            | (asked && action.Purpose == Purpose.Sell ? TouchTerms.Asked : TouchTerms.None);
        return new Reservation(index, action.Purpose, Channel, Direction, terms, Now, expires, keptUntil);
    }
}
