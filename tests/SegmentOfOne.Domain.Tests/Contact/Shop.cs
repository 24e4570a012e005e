using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>A random shop: what a playbook says about contact, as plain values, and the playbook that says it.</summary>
internal sealed record Shop(
    IReadOnlyList<ShopAction> Actions,
    IReadOnlyList<ShopPlace> Places,
    string Zone,
    IReadOnlyList<ShopCap> Caps,
    int? QuietFrom,
    int QuietTo,
    int? QuietOnMail,
    double SaleShare,
    int SaleTouches,
    int SaleDays,
    double Floor,
    int Care,
    bool MailNeedsConsent,
    bool SalesNeedConsent,
    int IntentMinutes,
    int ComplaintDays)
{
    public static readonly string[] Channels = ["web", "mail", "push"];

    public static readonly ShopPlace[] AllPlaces =
    [
        new("shelf", false, "web", null),
        new("screen", false, "web", 90),
        new("letter", true, "mail", 60 * 24),
        new("ping", true, "push", 30),
    ];

    /// <summary>Two shops that do the same and differ in what they say about contact.</summary>
    public static Gen<(Shop Before, Shop After)> Two { get; } =
        from actions in Gen.ListOf(Action(), 7)
        let named = actions.Select((action, i) => action with { Id = $"{(char)('a' + i)}_{action.Purpose}" }).ToList()
        from before in Any(named)
        from after in Any(named)
        select (before, after);

    public Playbook Playbook(int version) => Variant.Of(Change, version);

    private static Gen<Shop> Any(IReadOnlyList<ShopAction> actions) =>
        from zone in Gen.Elements("Asia/Kolkata", "Europe/London", "America/New_York")
        from count in Gen.Choose(0, 5)
        from caps in Gen.ListOf(Cap(actions), count)
        from quietFrom in Gen.Elements<int?>(null, 21 * 60, 8 * 60, 17)
        from quietTo in Gen.Elements(6 * 60 + 30, 12 * 60)
        from quietOnMail in Gen.Elements<int?>(null, null, 23 * 60)
        from share in Gen.Elements(0.4, 0.4, 0.25, 1)
        from touches in Gen.Elements(10, 10, 4)
        from days in Gen.Elements(30, 5)
        from floor in Gen.Elements(0, 0, -1.0, -100)
        from care in Gen.Elements(2, 2, 0, 5)
        from mailNeedsConsent in Gen.Elements(true, false, false)
        from salesNeedConsent in Gen.Elements(true, false, false)
        from intent in Gen.Elements(60, 60 * 24)
        from complaint in Gen.Elements(3, 30)
        select new Shop(
            actions, AllPlaces, zone, [.. caps], quietFrom, quietTo, quietOnMail, share, touches, days, floor, care, mailNeedsConsent,
            salesNeedConsent, intent, complaint);

    private static Gen<ShopAction> Action() =>
        from purpose in Gen.Frequency((4, Gen.Constant(Purpose.Sell)), (6, Gen.Elements(Purpose.Serve, Purpose.Inform, Purpose.Care, Purpose.Reward, Purpose.Ask)))
        from transactional in Gen.Choose(0, 9)
        from channel in Gen.Elements<string?>(null, null, null, "web", "mail", "push")
        from worth in Gen.Choose(0, 12)
        select new ShopAction("", purpose, purpose != Purpose.Sell && transactional == 0, channel, worth);

    private static Gen<ShopCap> Cap(IReadOnlyList<ShopAction> actions) =>
        from scope in Gen.Elements("overall", "purpose", "channel", "action")
        from matched in Gen.Elements(true, false)
        from purpose in Gen.Elements("sell", "care", "ask")
        from channel in Gen.Elements(Channels)
        from action in Gen.Elements(actions.Select(action => action.Id).ToArray())
        from outbound in Gen.Elements<bool?>(null, true, false)
        from limit in Gen.Choose(1, 4)
        from window in Gen.Elements(20, 60 * 5, 60 * 24 * 3, 60 * 24 * 30, 60 * 24 * 90)
        select new ShopCap(
            scope,
            !matched || scope == "overall" ? null : scope == "purpose" ? purpose : scope == "channel" ? channel : action,
            outbound,
            limit,
            window);

    private void Change(JsonNode document)
    {
        var root = document.AsObject();
        root.Remove("location");
        root.Remove("care");
        root.Remove("journeys");
        root["channels"] = new JsonArray([.. Channels.Select(channel => JsonValue.Create(channel))]);
        root["journey"]!["overlays"]!["in_recovery"] = new JsonObject
        {
            ["on"] = "type = 'complaint_made' and property('public', false)",
            ["off"] = "type = 'recovery_confirmed'",
        };
        root["placements"] = new JsonObject(Places.Select(place => KeyValuePair.Create<string, JsonNode?>(place.Name, new JsonObject
        {
            ["direction"] = place.Outbound ? "outbound" : "inbound",
            ["channels"] = new JsonArray(place.Channel),
            ["reserve"] = place.Reserve is { } minutes ? $"{minutes}m" : null,
        }.WithoutNulls())));
        root["actions"] = new JsonArray([.. Actions.Select(action => new JsonObject
        {
            ["id"] = action.Id,
            ["purpose"] = Word(action.Purpose),
            ["transactional"] = action.Transactional,
            ["channels"] = action.Channel is { } channel ? new JsonArray(channel) : null,
            ["placements"] = new JsonArray([.. Places.Select(place => JsonValue.Create(place.Name))]),
            ["propensity"] = 0.5,
            ["value"] = action.Worth,
        }.WithoutNulls())]);
        root["consent"] = new JsonObject
        {
            ["channels"] = MailNeedsConsent ? new JsonArray("mail") : new JsonArray(),
            ["purposes"] = SalesNeedConsent ? new JsonArray("sell") : new JsonArray(),
        };
        root["contact"] = ContactOf();
    }

    private JsonObject ContactOf()
    {
        var quiet = new JsonArray();
        if (QuietFrom is { } from)
        {
            quiet.Add(new JsonObject { ["from"] = Clock(from), ["to"] = Clock(QuietTo) });
        }

        if (QuietOnMail is { } fromOnMail)
        {
            quiet.Add(new JsonObject { ["channel"] = "mail", ["from"] = Clock(fromOnMail), ["to"] = "01:00" });
        }

        return new JsonObject
        {
            ["time_zone"] = new JsonObject { ["default"] = Zone, ["property"] = "time_zone" },
            ["quiet_hours"] = quiet,
            ["caps"] = new JsonArray([.. Caps.Select(cap => new JsonObject
            {
                ["scope"] = cap.Scope,
                ["match"] = cap.Match,
                ["direction"] = cap.Outbound is { } outbound ? outbound ? "outbound" : "inbound" : null,
                ["limit"] = cap.Limit,
                ["window"] = $"{cap.Window}m",
            }.WithoutNulls())]),
            ["sale_share"] = new JsonObject { ["max"] = SaleShare, ["touches"] = SaleTouches, ["window"] = $"{SaleDays}d" },
            ["trust"] = new JsonObject { ["half_life"] = "30d", ["care"] = 1, ["care_dismissed"] = 0, ["sale"] = -1.5, ["sale_accepted"] = -0.5, ["floor"] = Floor },
            ["care_after_order"] = Care,
            ["recovery_lock"] = new JsonObject { ["complaint_holds"] = $"{ComplaintDays}d" },
            ["intent"] = new JsonObject { ["types"] = new JsonArray("quote_requested"), ["evidence"] = new JsonArray("cart"), ["holds"] = $"{IntentMinutes}m" },
        };
    }

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static string Word(Purpose purpose) => purpose.ToString().ToLowerInvariant();
}
