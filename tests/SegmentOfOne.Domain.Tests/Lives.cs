using FsCheck;
using FsCheck.Fluent;

namespace SegmentOfOne.Domain.Tests;

/// <summary>One request and the time at which it is asked.</summary>
internal sealed record Asked(TurnRequest Request, Instant Now)
{
    public override string ToString() =>
        $"{Now} {Request.Id} {Request.Type ?? "decide"} at {Request.OccurredAt} {Request.Channel}";
}

/// <summary>Random lives of customers of the default playbook.</summary>
internal static class Lives
{
    public static readonly Identifier Someone = new("user_id", "42");

    private static readonly string[] Types =
    [
        "page_viewed", "page_left", "products_searched", "product_viewed", "product_viewed", "product_added", "checkout_started",
        "order_completed", "order_delivered", "order_refunded", "product_used", "store_visited", "contact_info_given", "liked",
        "shared", "rating_given", "review_submitted", "survey_answered", "referral_made", "referral_converted", "complaint_made",
        "recovery_confirmed", "loyalty_joined", "unsubscribed", "never_heard_of",
    ];

    private static readonly string[] Channels = ["web", "app", "store", "email"];

    private static readonly string[] Placements = ["home_hero", "account", "cart", "product_page"];

    /// <summary>An interaction at some time within a year, in steps of a quarter of an hour. Ids are its place in the life.</summary>
    public static Gen<TurnRequest> Interaction { get; } =
        from type in Gen.Elements(Types)
        from channel in Gen.Elements(Channels)
        from quarter in Gen.Choose(0, 365 * 24 * 4)
        from item in Gen.Choose(1, 80)
        from order in Gen.Choose(1, 25)
        from cents in Gen.Choose(0, 100_000)
        from rating in Gen.Choose(1, 5)
        from decides in Gen.Choose(0, 3)
        select new TurnRequest
        {
            Customer = Someone,
            Type = type,
            Channel = channel,
            OccurredAt = Time.Hour(quarter / 4.0),
            Properties = Properties.Of(
                ("product_id", $"p{item}"),
                ("order_id", $"o{order}"),
                ("total", cents / 100.0),
                ("rating", rating),
                ("nps", 2 * rating),
                ("reach", cents),
                ("dwell_seconds", cents / 400.0),
                ("public", rating < 3)),
            Placements = decides == 0 ? [.. Placements] : [],
        };

    /// <summary>A life told after it happened, in random order, every interaction with its own id.</summary>
    public static Gen<List<TurnRequest>> Told(int most) =>
        from count in Gen.Choose(1, most)
        from interactions in Gen.ListOf(Interaction, count)
        select Numbered(interactions);

    /// <summary>A life as it goes: in order of time but for some that are told late, a question now and then, some told twice.</summary>
    public static Gen<List<Asked>> Lived(int most) =>
        from told in Told(most)
        from delays in Gen.ListOf(Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(1, 60 * 24 * 20))), told.Count)
        from moods in Gen.ListOf(Gen.Choose(0, 19), told.Count)
        select Live(told, delays, moods);

    public static TurnRequest Question(int number) => new()
    {
        Customer = Someone,
        Id = number % 2 == 0 ? "" : $"q{number}",
        Channel = "web",
        Properties = Properties.Of(("page", "start")),
        Placements = [.. Placements],
    };

    private static List<TurnRequest> Numbered(IEnumerable<TurnRequest> interactions) =>
        [.. interactions.Select((interaction, number) => interaction with { Id = $"i{number}" })];

    private static List<Asked> Live(List<TurnRequest> told, List<int> delays, List<int> moods)
    {
        var life = new List<Asked>();
        for (var i = 0; i < told.Count; i++)
        {
            var now = told[i].OccurredAt!.Value + TimeSpan.FromMinutes(delays[i]);
            life.Add(new Asked(told[i], now));
            if (moods[i] == 0)
            {
                life.Add(new Asked(told[i], now + TimeSpan.FromDays(3 * i)));
            }

            if (moods[i] == 1)
            {
                life.Add(new Asked(Question(i), now + TimeSpan.FromDays(delays[i] / 60.0)));
            }
        }

        return [.. life.OrderBy(each => each.Now)];
    }
}
