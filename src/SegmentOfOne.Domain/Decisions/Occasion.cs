using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>What a decision at a placement goes by: the customer as it is, the request, the way the touch would go, and two clocks. Conditions
/// are valued at <see cref="Scope"/>'s time, the customer's own; contact goes by <see cref="Now"/>, the recorded one, since touches are ours:
/// an event that is told late moves the customer's past and reopens no cap.</summary>
/// <param name="known">The customer as it is known.</param>
/// <param name="ask">Of the journey that asks; null: the caller does.</param>
internal readonly ref struct Occasion(
    Playbook playbook, PlacementRule placement, string channel, in Scope known, Instant now, JourneyAsk? ask = null)
{
    public Playbook Playbook { get; } = playbook;

    public PlacementRule Placement { get; } = placement;

    /// <summary>The channel on which the touch would go.</summary>
    public string Channel { get; } = channel;

    /// <summary>What conditions, weights, values and variables see: for who doesn't want to be decided for by what is known, the moment alone.</summary>
    public Scope Scope { get; } = SeenBy(playbook, known);

    /// <summary>By whom consent, caps, quiet hours and locks go, always.</summary>
    public CustomerState Customer { get; } = known.Customer;

    public Instant Now { get; } = now;

    public Direction Direction => Placement.Direction;

    /// <summary>Whether an action of the placement can be chosen at all.</summary>
    public bool Allows(ActionRule action) => ask?.Action is not { } only || action.Id == only;

    /// <summary>Whether a journey decides, which knows the customer, for one who doesn't want that.</summary>
    public bool IsSteered => ask is not null && Customer.Consent.DoNotPersonalise;

    public ContactRules Contact => Playbook.Contact;

    /// <summary>How many fences have a relevance here: none where it isn't known where the customer is.</summary>
    public int Fences => Scope.Customer.Location.IsKnown(Now) ? Playbook.Location.Fences.Length : 0;

    /// <summary>The scope that a decision of the customer's goes by.</summary>
    public static Scope SeenBy(Playbook playbook, in Scope known)
    {
        if (!known.Customer.Consent.DoNotPersonalise)
        {
            return known;
        }

        var stranger = known.Customer.Stranger(known.At);
        return new Scope(stranger, stranger.Scores(playbook.Engagement, known.At), known.Request, known.At);
    }

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
