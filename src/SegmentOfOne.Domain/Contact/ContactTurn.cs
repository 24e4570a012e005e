using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>What a turn changes in the ledger besides choosing: what channels report, and what may no longer be delivered.</summary>
internal static class ContactTurn
{
    public const string ReceiptProperty = "receipt_id";

    /// <summary>A report about the touch that the property names. What changes nothing gives no fact, but for a receipt that
    /// names no touch that is held, which is said. Without the property the interaction is no report.</summary>
    public static void Report(in Draft draft, TouchReport report, Properties properties, TrustRule rule, Instant now)
    {
        if (report == TouchReport.None || !properties.TryGet(ReceiptProperty, out var named))
        {
            return;
        }

        var contact = draft.State.Contact;
        var place = -1;
        Mismatch? reason =
            !ReceiptId.TryParse(named.Text, out var id) ? Mismatch.NoReceipt
            : id.Key != draft.State.Key ? Mismatch.OtherCustomer
            : id.Version < 1 || id.Version > draft.State.Version || id.Index >= Limits.Decisions ? Mismatch.NeverDecided
            : (place = contact.Find(id.Version, id.Index)) < 0 || contact.Touches[place].KeptUntil <= now ? Mismatch.NotHeld
            : null;
        if (reason is { } mismatch)
        {
            draft.Emit(new ReportUnmatched(report, mismatch));
            return;
        }

        var touch = contact.Touches[place];
        if ((touch.Reports & report) == report)
        {
            return;
        }

        var trust = TrustOf(touch with { Reports = touch.Reports | report }, rule);
        var halfLife = rule.HalfLife.Ticks / TimeSpan.TicksPerMillisecond;
        if (trust != touch.Trust && contact.TrustHalfLife != halfLife)
        {
            draft.Emit(new TrustMeasured(halfLife));
        }

        draft.Emit(new TouchReported(id.Version, id.Index, report, trust));
    }

    /// <summary>Withdraws what was reserved, was not reported, and would not be chosen now: sales while they are locked, and
    /// what goes out to a customer who doesn't want it. What is owed to the customer, or was asked for, stays.</summary>
    public static void Withdraw(in Draft draft, ContactRules rules, Instant now)
    {
        var state = draft.State;
        var locked = state.Contact.Touches.IsEmpty ? null : SaleLock.Of(state, rules, now);
        for (var i = 0; i < state.Contact.Touches.Length; i++)
        {
            ref readonly var touch = ref state.Contact.Touches[i];
            if (touch.IsPendingAt(now) && touch.Terms == TouchTerms.None && Reason(state, touch, locked) is { } rule)
            {
                draft.Emit(new TouchWithdrawn(touch.Version, touch.Index, rule));
            }
        }
    }

    /// <summary>Says which reservations have run out unreported since it was said last.</summary>
    public static void Release(in Draft draft, Instant since, Instant due)
    {
        for (var i = 0; i < draft.State.Contact.Touches.Length; i++)
        {
            var touch = draft.State.Contact.Touches[i];
            if (touch.IsPendingAt(since) && touch.Expires <= due)
            {
                draft.Emit(new TouchReleased(touch.Version, touch.Index));
            }
        }
    }

    /// <summary>When the first reservation that is unreported runs out; null: none will.</summary>
    public static Instant? NextDue(ContactState contact, Instant since)
    {
        Instant? first = null;
        foreach (ref readonly var touch in contact.Touches)
        {
            first = touch.IsPendingAt(since) && !(first <= touch.Expires) ? touch.Expires : first;
        }

        return first;
    }

    private static string? Reason(CustomerState state, in Touch touch, string? locked) =>
        touch.Purpose == Purpose.Sell && locked is not null ? locked : state.Consent.RefusalOf(touch.Purpose, touch.Channel, touch.Direction);

    private static double TrustOf(in Touch touch, TrustRule rule)
    {
        if (touch.Direction == Direction.Inbound || touch.IsTransactional || !touch.IsDelivered)
        {
            return 0;
        }

        var accepted = (touch.Reports & TouchReport.Accepted) != 0;
        var dismissed = (touch.Reports & TouchReport.Dismissed) != 0;
        return touch.Purpose == Purpose.Sell
            ? accepted ? rule.SaleAccepted : rule.Sale
            : dismissed ? rule.CareDismissed : rule.Care;
    }
}
