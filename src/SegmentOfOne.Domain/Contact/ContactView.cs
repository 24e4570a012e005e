using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>
/// What consent and contact say at a placement, worked out once so that asking it of an action costs next to nothing. It says no more than
/// yes or no; <see cref="ContactVerdicts"/> asks the same rules one by one and says why.
/// </summary>
internal ref struct ContactView
{
    private const byte AllPurposes = (1 << ConsentState.Purposes) - 1;

    // A bit a purpose.
    private byte consentRefused;
    private byte purposesClosed;
    private ActionSet actionsClosed;
    private bool ledgerFull;

    /// <summary>Sales would be locked and are free, because the customer asked to buy.</summary>
    public bool Asked { get; private set; }

    public static ContactView Of(in Occasion occasion)
    {
        var view = default(ContactView);
        view.ReadConsent(occasion);
        view.ReadTimes(occasion);
        view.ReadSales(occasion);
        if (!occasion.Customer.Contact.Touches.IsEmpty)
        {
            view.ReadCaps(occasion);
            view.ledgerFull = occasion.Customer.Contact.IsFull(occasion.Now);
        }

        return view;
    }

    /// <summary>The part of the first gate.</summary>
    public readonly bool ConsentAllows(ActionRule action) => action.Transactional || (consentRefused & Bit(action.Purpose)) == 0;

    /// <summary>The contact policy.</summary>
    public readonly bool PolicyAllows(ActionRule action, in Occasion occasion) =>
        action.Transactional
        || ((purposesClosed & Bit(action.Purpose)) == 0 && !actionsClosed.Has(action.Ordinal)
            && !(ledgerFull && occasion.Reserve(action, 0, Asked).KeptUntil > occasion.Now));

    private static byte Bit(Purpose purpose) => (byte)(1 << (int)purpose);

    private void ReadConsent(in Occasion occasion)
    {
        var outbound = occasion.Direction == Direction.Outbound;
        if (outbound && !ContactVerdicts.ChannelConsents(occasion))
        {
            consentRefused = AllPurposes;
            return;
        }

        for (var purpose = Purpose.Sell; purpose <= Purpose.Ask; purpose++)
        {
            consentRefused |= ContactVerdicts.PurposeConsents(occasion, purpose) ? (byte)0 : Bit(purpose);
        }
    }

    private void ReadTimes(in Occasion occasion)
    {
        if (occasion.Direction == Direction.Outbound && (occasion.Customer.Consent.DoNotContact || LocalClock.Of(occasion).IsQuiet))
        {
            purposesClosed = AllPurposes;
        }
    }

    private void ReadSales(in Occasion occasion)
    {
        var locked = SaleLock.Of(occasion.Customer, occasion.Contact, occasion.Now) is not null || ContactVerdicts.CareIsDue(occasion);
        Asked = locked && ContactVerdicts.AskedAt(occasion) is not null;
        var closed = locked && !Asked;
        if (occasion.Direction == Direction.Outbound)
        {
            closed |= occasion.Customer.Contact.Trust(occasion.Now) < occasion.Contact.Trust.Floor
                || !SaleShare.Of(occasion.Customer.Contact, occasion.Contact.SaleShare, occasion.Now).Allows(occasion.Contact.SaleShare);
        }

        purposesClosed |= closed ? Bit(Purpose.Sell) : (byte)0;
    }

    /// <summary>One pass over the touches, then for each cap one over those that count.</summary>
    private void ReadCaps(in Occasion occasion)
    {
        Span<Counted> all = stackalloc Counted[occasion.Customer.Contact.Touches.Length];
        var counted = all[..Counted.Fill(all, occasion)];
        if (counted.IsEmpty)
        {
            return;
        }

        foreach (var cap in occasion.Contact.Caps)
        {
            if (!cap.Covers(occasion.Direction) || (cap is { Scope: CapScope.Channel, Match: { } channel } && channel != occasion.Channel))
            {
                continue;
            }

            switch (cap.Scope)
            {
                case CapScope.Action:
                    CloseActions(cap, occasion, counted);
                    break;
                case CapScope.Purpose:
                    ClosePurposes(cap, occasion.Now - cap.Window, counted);
                    break;
                default:
                    var count = 0;
                    var since = occasion.Now - cap.Window;
                    foreach (ref readonly var touch in counted)
                    {
                        count += touch.Takes(cap, since) && (cap.Scope == CapScope.Overall || touch.OnThisChannel) ? 1 : 0;
                    }

                    purposesClosed |= count >= cap.Limit ? AllPurposes : (byte)0;
                    break;
            }
        }
    }

    private void ClosePurposes(CapRule cap, Instant since, scoped ReadOnlySpan<Counted> counted)
    {
        Span<int> counts = stackalloc int[ConsentState.Purposes];
        counts.Clear();
        foreach (ref readonly var touch in counted)
        {
            if (touch.Takes(cap, since) && ++counts[(int)touch.Purpose] >= cap.Limit && (cap.Match is null || cap.Purpose == touch.Purpose))
            {
                purposesClosed |= Bit(touch.Purpose);
            }
        }
    }

    private void CloseActions(CapRule cap, in Occasion occasion, scoped ReadOnlySpan<Counted> counted)
    {
        var actions = occasion.Customer.Contact.Actions;
        Span<int> counts = stackalloc int[actions.Length];
        counts.Clear();
        var since = occasion.Now - cap.Window;
        foreach (ref readonly var touch in counted)
        {
            if (touch.Takes(cap, since) && ++counts[touch.Slot] == cap.Limit
                && actions[touch.Slot] is var id && (cap.Match is null || cap.Match == id) && occasion.Playbook.TryAction(id, out var action))
            {
                actionsClosed.Add(action.Ordinal);
            }
        }
    }
}
