using System.Globalization;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Contact;

/// <summary>The rules of consent and contact one by one, for receipts: each with what it read, and what would have had to be different.</summary>
internal static class ContactVerdicts
{
    private const string Owed = "it is owed to the customer: transactional";

    /// <summary>Whether the channel may be used to come to the customer.</summary>
    public static bool ChannelConsents(in Occasion occasion) =>
        Suffices(occasion.Customer.Consent.On(occasion.Channel), occasion.Playbook.Consent.Channels.Contains(occasion.Channel));

    /// <summary>Whether something may be done for this purpose. When the customer is here, only a refusal counts.</summary>
    public static bool PurposeConsents(in Occasion occasion, Purpose purpose) => Suffices(
        occasion.Customer.Consent.For(purpose),
        occasion.Direction == Direction.Outbound && occasion.Playbook.Consent.Purposes.Contains(purpose));

    /// <summary>Whether the first touches after a first order are still to come.</summary>
    public static bool CareIsDue(in Occasion occasion) =>
        occasion.Customer.Contact.FirstOrder > 0 && occasion.Customer.Contact.CareSinceOrder < occasion.Contact.CareAfterOrder;

    /// <summary>When the customer asked to buy, where that lifts the lock of sales: when the customer is here; null where nothing does.</summary>
    public static Instant? AskedAt(in Occasion occasion) => occasion.Direction == Direction.Inbound
        ? SaleLock.Intent(occasion.Customer, occasion.Contact.Intent, occasion.Now)
        : null;

    /// <summary>Of who doesn't want to be decided for by what is known: that nothing of it was used, and that no journey steers.</summary>
    public static void AddPersonalisation(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        if (!occasion.Customer.Consent.DoNotPersonalise)
        {
            return;
        }

        var fact = new FactRead("personalisation", StatusOf(occasion.Customer.Consent.Personalisation, needed: false));
        var (ruling, remark) = (occasion.IsSteered, Bypass(action)) switch
        {
            (false, _) => (Ruling.Passed, "decided as for somebody of whom nothing is known"),
            (true, { } owed) => (Ruling.Bypassed, owed),
            (true, null) => (Ruling.Failed, "the customer would have to allow personalisation again: a journey decides by what is known"),
        };
        steps.Add(new GateStep(Gate.Eligibility, GateRules.DoNotPersonalise, ruling, [fact], remark));
    }

    public static void AddConsent(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        var needed = occasion.Playbook.Consent;
        var outbound = occasion.Direction == Direction.Outbound;
        if (outbound)
        {
            var consent = occasion.Customer.Consent.On(occasion.Channel);
            Judge(steps, Gate.Eligibility, GateRules.ChannelConsent, ChannelConsents(occasion), Bypass(action),
                consent.IsRefused ? "the customer would have to allow this channel again" : "the customer would have to allow this channel",
                new FactRead($"consent on {occasion.Channel}", StatusOf(consent, needed.Channels.Contains(occasion.Channel))));
        }

        var purpose = occasion.Customer.Consent.For(action.Purpose);
        Judge(steps, Gate.Eligibility, GateRules.PurposeConsent, PurposeConsents(occasion, action.Purpose), Bypass(action),
            purpose.IsRefused ? "the customer would have to allow this purpose again" : "the customer would have to allow this purpose",
            new FactRead($"consent to {Words.NameOf(action.Purpose)}", StatusOf(purpose, outbound && needed.Purposes.Contains(action.Purpose))));
    }

    public static void AddPolicy(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        if (occasion.Direction == Direction.Outbound)
        {
            AddTimes(steps, action, occasion);
        }

        if (action.Purpose == Purpose.Sell)
        {
            AddLocks(steps, occasion);
        }

        if (action.Purpose == Purpose.Sell && occasion.Direction == Direction.Outbound)
        {
            AddBalance(steps, occasion);
        }

        AddCaps(steps, action, occasion);
    }

    private static void AddTimes(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        Judge(steps, Gate.ContactPolicy, GateRules.DoNotContact, !occasion.Customer.Consent.DoNotContact, Bypass(action),
            "the customer would have to allow contact again",
            new FactRead("contact", StatusOf(occasion.Customer.Consent.Contact, needed: false)));

        if (LocalClock.Of(occasion) is { Quiet: { } quiet } clock)
        {
            var ends = LocalClock.TimeOfDay(quiet.To);
            Judge(steps, Gate.ContactPolicy, GateRules.QuietHours, !clock.IsQuiet, Bypass(action),
                $"it may go from {ends} on",
                new FactRead("local time", LocalClock.TimeOfDay(clock.MinuteOfDay)),
                new FactRead("zone", clock.IsKnown ? clock.Zone : $"{clock.Zone}, the playbook's: the customer's isn't known"),
                new FactRead("quiet", $"{LocalClock.TimeOfDay(quiet.From)} to {ends}"));
        }
    }

    private static void AddLocks(List<GateStep> steps, in Occasion occasion)
    {
        var (customer, rules) = (occasion.Customer, occasion.Contact);
        var asked = AskedAt(occasion) is { } at ? $"the customer asked to buy at {at}" : null;
        Judge(steps, Gate.ContactPolicy, GateRules.RecoveryLock, !customer.InRecovery, asked,
            "the recovery would have to be closed",
            new FactRead("in_recovery", customer.InRecovery ? "true" : "false"));

        var open = SaleLock.OpenComplaint(customer, rules, occasion.Now);
        Judge(steps, Gate.ContactPolicy, GateRules.ComplaintLock, open is null, asked,
            $"the complaint would have to be settled, or older than {DurationText.Render(rules.ComplaintHolds)}",
            new FactRead("open complaint", open?.ToString() ?? "none"));

        if (customer.Contact.FirstOrder > 0)
        {
            var left = rules.CareAfterOrder - customer.Contact.CareSinceOrder;
            Judge(steps, Gate.ContactPolicy, GateRules.CareAfterOrder, !CareIsDue(occasion), asked,
                left == 1 ? "one touch that sells nothing would have to be delivered first" : $"{Text(left)} touches that sell nothing would have to be delivered first",
                new FactRead("touches since the first order that sold nothing", Text(customer.Contact.CareSinceOrder)),
                new FactRead("needed", Text(rules.CareAfterOrder)));
        }
    }

    private static void AddBalance(List<GateStep> steps, in Occasion occasion)
    {
        var (contact, rules) = (occasion.Customer.Contact, occasion.Contact);
        var share = SaleShare.Of(contact, rules.SaleShare, occasion.Now);
        Judge(steps, Gate.ContactPolicy, GateRules.SaleShare, share.Allows(rules.SaleShare), null,
            $"of the outbound touches at most {Text(rules.SaleShare.Most * 100)} % may sell, this one included: more that don't would have to come before",
            new FactRead($"outbound touches in {DurationText.Render(rules.SaleShare.Window)}", $"{share.Touches}, of which {share.Sales} sell"),
            new FactRead("the last of them", $"{share.LastTouches}, of which {share.LastSales} sell"));

        var trust = contact.Trust(occasion.Now);
        Judge(steps, Gate.ContactPolicy, GateRules.Trust, trust >= rules.Trust.Floor, null,
            "outbound touches that sell nothing would have to be delivered first, or time to pass",
            new FactRead("trust", Text(trust)),
            new FactRead("floor", Text(rules.Trust.Floor)));
    }

    private static void AddCaps(List<GateStep> steps, ActionRule action, in Occasion occasion)
    {
        foreach (var cap in occasion.Contact.Caps)
        {
            if (Caps.Counts(cap, action.Id, action.Purpose, occasion.Channel, occasion.Direction))
            {
                var (count, freeAt) = Caps.Of(cap, occasion.Customer.Contact, action.Id, action.Purpose, occasion.Channel, occasion.Now);
                Judge(steps, Gate.ContactPolicy, cap.Text, freeAt is null, Bypass(action),
                    $"a place is free at {freeAt}, or when one that is reserved is released",
                    new FactRead("counted", Text(count)));
            }
        }

        if (occasion.Customer.Contact.IsFull(occasion.Now) && !action.Transactional)
        {
            Judge(steps, Gate.ContactPolicy, GateRules.Ledger, occasion.Reserve(action, 0, asked: false).KeptUntil <= occasion.Now, null,
                "touches in the ledger would have to grow older, or be released",
                new FactRead("touches", Text(occasion.Customer.Contact.Taken(occasion.Now))),
                new FactRead("room", Text(Limits.Touches)));
        }
    }

    private static void Judge(
        List<GateStep> steps, Gate gate, string rule, bool passes, string? bypass, string needed, params ReadOnlySpan<FactRead> facts)
    {
        var ruling = passes ? Ruling.Passed : bypass is null ? Ruling.Failed : Ruling.Bypassed;
        var remark = ruling switch
        {
            Ruling.Passed => "",
            Ruling.Failed => needed,
            Ruling.Bypassed => bypass!,
            _ => throw new System.Diagnostics.UnreachableException($"ruling {ruling}"),
        };
        steps.Add(new GateStep(gate, rule, ruling, [.. facts], remark));
    }

    private static bool Suffices(ConsentRecord consent, bool needed) => !consent.IsRefused && (!needed || consent.IsGranted);

    private static string? Bypass(ActionRule action) => action.Transactional ? Owed : null;

    private static string StatusOf(ConsentRecord consent, bool needed) => consent.Status switch
    {
        ConsentStatus.Unknown => needed ? "not given, and needed" : "nothing said",
        ConsentStatus.Granted => $"given at {consent.At}",
        ConsentStatus.Denied => $"denied at {consent.At}",
        ConsentStatus.Withdrawn => $"withdrawn at {consent.At}",
        ConsentStatus.Expired => $"given at {consent.At}, for a time that is over",
        _ => throw new System.Diagnostics.UnreachableException($"consent {consent.Status}"),
    };

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
