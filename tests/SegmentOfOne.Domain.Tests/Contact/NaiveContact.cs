namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>
/// What the domain says of contact, word by word, over nothing but the list of all that happened: no ledger, no view, no bound. It is told
/// what was chosen, and says of each action at each place whether it may be chosen, and what must be withdrawn.
/// </summary>
internal sealed class NaiveContact
{
    private const double Edge = 1e-9;

    private readonly List<(string About, bool Granted, Instant At)> consents = [];
    private readonly List<NaiveTouch> touches = [];
    private readonly List<Instant> complaints = [];
    private readonly List<Instant> settled = [];
    private readonly List<Instant> intents = [];
    private (string Zone, Instant At)? zone;
    private long? firstOrder;
    private bool inRecovery;

    public IReadOnlyList<NaiveTouch> Touches => touches;

    /// <summary>What is said about contact now.</summary>
    public required Shop Shop { get; set; }

    public void Chose(string receipt, long turn, ShopAction action, ShopPlace place, Instant now) => touches.Add(new NaiveTouch(
        receipt, turn, action, place, now, HeldUntil(action, place, now), action.Purpose == Purpose.Sell && Overridden(place, now)));

    public void Told(TurnRequest request, long turn, Instant at, Instant now)
    {
        switch (request.Type)
        {
            case "complaint_made":
                complaints.Add(at);
                inRecovery |= request.Properties.TryGet("public", out var open) && open == true;
                break;
            case "recovery_confirmed":
                settled.Add(at);
                inRecovery = false;
                break;
            case "quote_requested" or "product_added" or "checkout_started":
                intents.Add(at);
                break;
            case "order_completed":
                firstOrder ??= turn;
                break;
            case "consent_given" or "consent_withdrawn":
                foreach (var (name, about) in request.Properties)
                {
                    consents.Add(($"{name} {about}", request.Type == "consent_given", at));
                }

                break;
            case "do_not_contact" or "contact_allowed":
                consents.Add(("contact", request.Type == "contact_allowed", at));
                break;
        }

        if (request.Properties.TryGet("receipt_id", out var receipt) && touches.Find(touch => touch.Receipt == receipt.Text) is { } reported
            && now < reported.HeldUntil)
        {
            reported.Reports.Add(request.Type!);
        }

        if (request.Properties.TryGet("time_zone", out var named) && Offsets.ContainsKey(named.Text) && (zone is null || at > zone.Value.At || (at == zone.Value.At && string.CompareOrdinal(named.Text, zone.Value.Zone) > 0)))
        {
            zone = (named.Text, at);
        }
    }

    /// <summary>A touch is held as long as a rule may count it: outbound for the longest window there can be; inbound while it is
    /// reserved or one of today's caps counts it. What is reported later is too late.</summary>
    private Instant HeldUntil(ShopAction action, ShopPlace place, Instant now) => now + TimeSpan.FromMinutes(
        Shop.Caps.Where(cap => !action.Transactional && Covers(cap, action, place)).Select(cap => cap.Window)
            .Append(place.Reserve ?? 0)
            .Append(place.Outbound ? 90 * 24 * 60 : 0)
            .Max());

    /// <summary>What was reserved, is not yet delivered and may no longer be: it is withdrawn now.</summary>
    public IEnumerable<NaiveTouch> Withdraw(Instant now)
    {
        var stopped = touches.Where(touch => touch.Pending(now) && !touch.Action.Transactional && !touch.Asked
            && ((touch.Sells && Locked(now)) || Refused($"purpose {Word(touch.Action)}")
                || (touch.Place.Outbound && (Refused("contact") || Refused($"channel {touch.Place.Channel}"))))).ToList();
        stopped.ForEach(touch => touch.Withdrawn = true);
        return stopped;
    }

    /// <summary>Null: it is on the edge, where the last bit of a sum decides.</summary>
    public bool? Allows(ShopAction action, ShopPlace place, Instant now)
    {
        if (action.Channel is { } channel && channel != place.Channel)
        {
            return false;
        }

        if (action.Transactional)
        {
            return true;
        }

        var sells = action.Purpose == Purpose.Sell;
        var allowed = Consented(action, place)
            && !(place.Outbound && Refused("contact"))
            && !(place.Outbound && Quiet(place, now))
            && !(sells && !Asked(place, now) && (Locked(now) || CareIsDue(now)))
            && !(sells && place.Outbound && !ShareAllows(now))
            && Shop.Caps.All(cap => CapAllows(cap, action, place, now));
        var trust = touches.Sum(touch => touch.Trust * Math.Pow(2, -(now - touch.At).TotalDays / 30));
        return !allowed || !sells || !place.Outbound ? allowed
            : Math.Abs(trust - Shop.Floor) < Edge && touches.Exists(touch => touch.Trust != 0) ? null
            : trust >= Shop.Floor;
    }

    /// <summary>Sales would be locked, but for the customer who asked.</summary>
    public bool Overridden(ShopPlace place, Instant now) => Asked(place, now) && (Locked(now) || CareIsDue(now));

    private bool Consented(ShopAction action, ShopPlace place)
    {
        var purpose = $"purpose {Word(action)}";
        var channel = $"channel {place.Channel}";
        return !Refused(purpose)
            && (!place.Outbound || (!Refused(channel)
                && (!Shop.MailNeedsConsent || place.Channel != "mail" || Granted(channel))
                && (!Shop.SalesNeedConsent || action.Purpose != Purpose.Sell || Granted(purpose))));
    }

    private bool? Said(string about)
    {
        var said = consents.Where(consent => consent.About == about).ToList();
        if (said.Count == 0)
        {
            return null;
        }

        var last = said.Max(consent => consent.At);
        return said.Where(consent => consent.At == last).All(consent => consent.Granted);
    }

    private bool Refused(string about) => Said(about) == false;

    private bool Granted(string about) => Said(about) == true;

    private bool Locked(Instant now) => inRecovery
        || (complaints.Count > 0 && complaints.Max() is var last && now - last < TimeSpan.FromDays(Shop.ComplaintDays) && !settled.Exists(at => at >= last));

    private bool Asked(ShopPlace place, Instant now) =>
        !place.Outbound && intents.Exists(at => now - at < TimeSpan.FromMinutes(Shop.IntentMinutes));

    private bool CareIsDue(Instant now) => firstOrder is { } order
        && touches.Count(touch => touch.Turn >= order && touch.Delivered && !touch.Sells && !touch.Action.Transactional) < Shop.Care;

    /// <summary>At most the share over the last so many touches, and over the days: with this one.</summary>
    private bool ShareAllows(Instant now)
    {
        var sent = touches.Where(touch => touch.Place.Outbound && touch.Counts(now) && now - touch.At < TimeSpan.FromDays(Shop.SaleDays)).ToList();
        var last = sent.TakeLast(Shop.SaleTouches - 1).ToList();
        return Fits(sent) && Fits(last);

        bool Fits(List<NaiveTouch> touches) =>
            (touches.Count(touch => touch.Sells) + 1) / (touches.Count + 1.0) <= Shop.SaleShare + Edge;
    }

    private bool CapAllows(ShopCap cap, ShopAction action, ShopPlace place, Instant now)
    {
        bool Alike(NaiveTouch touch) => cap.Scope switch
        {
            "overall" => true,
            "purpose" => touch.Action.Purpose == action.Purpose,
            "channel" => touch.Place.Channel == place.Channel,
            _ => touch.Action.Id == action.Id,
        };
        return !Covers(cap, action, place) || touches.Count(touch =>
            Covers(cap, touch.Action, touch.Place) && Alike(touch) && touch.Counts(now) && now < touch.HeldUntil
            && now - touch.At < TimeSpan.FromMinutes(cap.Window)) < cap.Limit;
    }

    private static bool Covers(ShopCap cap, ShopAction action, ShopPlace place) =>
        (cap.Outbound is null || cap.Outbound == place.Outbound) && (cap.Match is null || cap.Match == cap.Scope switch
        {
            "purpose" => Word(action),
            "channel" => place.Channel,
            _ => action.Id,
        });

    private bool Quiet(ShopPlace place, Instant now)
    {
        var (from, to) = place.Channel == "mail" && Shop.QuietOnMail is { } own ? (own, 60) : (Shop.QuietFrom ?? 0, Shop.QuietFrom is null ? 0 : Shop.QuietTo);
        var local = DateTimeOffset.FromUnixTimeMilliseconds(now.UnixMilliseconds).ToOffset(Offsets[zone?.Zone ?? Shop.Zone](now)).TimeOfDay.TotalMinutes;
        return from <= to ? local >= from && local < to : local >= from || local < to;
    }

    private static string Word(ShopAction action) => action.Purpose.ToString().ToLowerInvariant();

    /// <summary>Zones whose clocks can be told without a table. London's is put forward on the last Sunday of March at 01:00 UTC
    /// and back on that of October; New York's on the second Sunday of March and the first of November, each at 02:00 by its own clock.</summary>
    public static readonly Dictionary<string, Func<Instant, TimeSpan>> Offsets = new()
    {
        ["Asia/Kolkata"] = _ => TimeSpan.FromMinutes(330),
        ["Asia/Tokyo"] = _ => TimeSpan.FromHours(9),
        ["America/Phoenix"] = _ => TimeSpan.FromHours(-7),
        ["Europe/London"] = now =>
        {
            var utc = DateTimeOffset.FromUnixTimeMilliseconds(now.UnixMilliseconds);
            return utc >= LastSunday(utc.Year, 3) && utc < LastSunday(utc.Year, 10) ? TimeSpan.FromHours(1) : TimeSpan.Zero;
        },
        ["America/New_York"] = now =>
        {
            var utc = DateTimeOffset.FromUnixTimeMilliseconds(now.UnixMilliseconds);
            var summer = utc >= FirstSunday(utc.Year, 3).AddDays(7).AddHours(7) && utc < FirstSunday(utc.Year, 11).AddHours(6);
            return TimeSpan.FromHours(summer ? -4 : -5);
        },
    };

    private static DateTimeOffset FirstSunday(int year, int month)
    {
        var first = new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero);
        return first.AddDays((7 - (int)first.DayOfWeek) % 7);
    }

    private static DateTimeOffset LastSunday(int year, int month)
    {
        var last = new DateTimeOffset(year, month, DateTime.DaysInMonth(year, month), 1, 0, 0, TimeSpan.Zero);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
