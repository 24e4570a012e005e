using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary>
/// What shoppers do, as stories in the words of the default playbook. Each is told moment by moment with the dice of its own
/// visit, so that it is the same however it is interleaved with others. Shares and gaps are plausible, not measured.
/// </summary>
public static class Stories
{
    /// <summary>One visit and all that comes of it, days later included.</summary>
    /// <param name="visit">Unique among all visits of the simulation; names the order.</param>
    public static IEnumerable<Moment> Visit(Shopper shopper, long visit, Dice dice)
    {
        var inStore = dice.Happens(shopper.LikesStores ? 0.7 : 0.05);
        var order = string.Create(CultureInfo.InvariantCulture, $"order-{visit}");
        List<Product> basket = [];
        var story = inStore ? InStore(dice, basket) : Online(shopper, order, basket, dice);
        foreach (var moment in story)
        {
            yield return moment;
        }
        var sequel =
            basket.Count > 0 ? Bought(shopper, inStore ? "store" : OnlineChannel(shopper), order, basket, dice)
            : dice.Happens(0.15) ? Reminded(dice)
            : [];
        foreach (var moment in sequel)
        {
            yield return moment;
        }
    }

    private static string OnlineChannel(Shopper shopper) => shopper.UsesApp ? "app" : "web";

    private static IEnumerable<Moment> Online(Shopper shopper, string order, List<Product> basket, Dice dice)
    {
        var channel = OnlineChannel(shopper);
        yield return shopper.UsesApp
            ? new Moment(TimeSpan.Zero, "app_opened", channel) { Placement = "app_home" }
            : new Moment(TimeSpan.Zero, "page_viewed", channel, ("page", Value.ForString("home"))) { Placement = "home_hero" };
        if (dice.Happens(0.5))
        {
            yield return new Moment(Reading(dice), "products_searched", channel, ("query", Value.ForString(Product.Any(dice).Category)));
        }
        var minded = dice.Happens(0.05 + 0.5 * shopper.Eagerness);
        var looks = minded ? dice.Between(2, 8) : dice.Between(0, 3);
        for (int look = 0; look < looks; look++)
        {
            var product = Product.Any(dice);
            yield return new Moment(Reading(dice), "product_viewed", channel, product.Id,
                ("category", Value.ForString(product.Category)), ("price", Value.ForNumber((double)product.Price))) { Placement = "product_page" };
            if (dice.Happens(0.25))
            {
                var dwell = Reading(dice);
                yield return new Moment(dwell, "page_left", channel, ("dwell_seconds", Value.ForNumber(Math.Round(dwell.TotalSeconds))));
            }
            if (dice.Happens(0.03 + 0.1 * shopper.Contentment))
            {
                yield return new Moment(Reading(dice), dice.Happens(0.5) ? "liked" : "wishlist_added", channel, product.Id);
            }
            if (minded && dice.Happens(0.35))
            {
                basket.Add(product);
                yield return new Moment(Reading(dice), "product_added", channel, product.Id,
                    ("quantity", Value.ForNumber(1)), ("unit_price", Value.ForNumber((double)product.Price)));
            }
        }
        if (basket.Count == 0)
        {
            yield break;
        }
        yield return new Moment(Reading(dice), "checkout_started", channel, OrderId(order)) { Placement = "checkout" };
        if (dice.Happens(0.4))
        {
            // An abandoned cart: the most frequent end of an online shop's funnel.
            basket.Clear();
        }
    }

    private static IEnumerable<Moment> InStore(Dice dice, List<Product> basket)
    {
        var store = string.Create(CultureInfo.InvariantCulture, $"store-{dice.Between(1, 40)}");
        yield return new Moment(TimeSpan.Zero, "store_visited", "store", ("store_id", Value.ForString(store))) { Placement = "store_associate" };
        if (dice.Happens(0.05))
        {
            // The default playbook knows no kiosks: what it does not know is kept and counted, and marketers see it.
            yield return new Moment(Reading(dice), "kiosk_used", "store", ("store_id", Value.ForString(store)));
        }
        for (int left = dice.Happens(0.5) ? dice.Between(1, 3) : 0; left > 0; left--)
        {
            basket.Add(Product.Any(dice));
        }
    }

    private static IEnumerable<Moment> Bought(Shopper shopper, string channel, string order, List<Product> basket, Dice dice)
    {
        yield return new Moment(Reading(dice), "order_completed", channel,
            OrderId(order), Total(basket.Sum(product => product.Price)), ("quantity", Value.ForNumber(basket.Count))) { Placement = "order_confirmation" };
        if (channel != "store")
        {
            yield return new Moment(TimeSpan.FromDays(1) + dice.Exponential(TimeSpan.FromDays(2)), "order_delivered", "courier", OrderId(order));
        }
        var pleased = dice.Happens(0.55 + 0.4 * shopper.Contentment);
        var reaction = pleased ? Pleased(shopper, basket[0], dice) : LetDown(channel, order, basket[0], dice);
        foreach (var moment in reaction)
        {
            yield return moment;
        }
        if (dice.Happens(0.25))
        {
            yield return new Moment(dice.Exponential(TimeSpan.FromDays(2)), "survey_answered", "email",
                ("nps", Value.ForNumber(pleased ? dice.Between(7, 10) : dice.Between(0, 7))), OrderId(order));
        }
        if (dice.Happens(0.1 + 0.2 * shopper.Sociability))
        {
            yield return new Moment(dice.Exponential(TimeSpan.FromDays(4)), "review_submitted", "web",
                basket[0].Id, ("rating", Value.ForNumber(pleased ? dice.Between(4, 5) : dice.Between(1, 3))));
        }
    }

    private static IEnumerable<Moment> Pleased(Shopper shopper, Product product, Dice dice)
    {
        if (!dice.Happens(shopper.Sociability))
        {
            yield break;
        }
        yield return new Moment(dice.Exponential(TimeSpan.FromDays(3)), "product_shared", "social", product.Id, ("reach", Value.ForNumber(dice.Between(5, 2_000))));
        if (dice.Happens(0.5))
        {
            yield return new Moment(dice.Exponential(TimeSpan.FromDays(3)), "referral_made", "email");
            if (dice.Happens(0.3))
            {
                yield return new Moment(dice.Exponential(TimeSpan.FromDays(6)), "referral_converted", "web");
            }
        }
    }

    private static IEnumerable<Moment> LetDown(string channel, string order, Product product, Dice dice)
    {
        if (dice.Happens(0.5))
        {
            var where = dice.OneOf<string>(["phone", "web", "social"]);
            yield return new Moment(dice.Exponential(TimeSpan.FromHours(12)), "complaint_made", where,
                OrderId(order), ("public", Value.ForBool(where == "social")), ("reason", Value.ForString(dice.OneOf<string>(["late", "broken", "not_as_described"]))));
            yield return new Moment(dice.Exponential(TimeSpan.FromHours(20)), "service_contacted", "phone",
                OrderId(order), ("sentiment", Value.ForNumber(Math.Round(dice.Share() * 1.5 - 1, 2)))) { Placement = "call_center" };
            if (dice.Happens(0.4))
            {
                yield return new Moment(dice.Exponential(TimeSpan.FromDays(2)), "recovery_confirmed", "phone", OrderId(order));
            }
        }
        if (dice.Happens(0.6))
        {
            yield return new Moment(dice.Exponential(TimeSpan.FromDays(3)), "order_refunded", channel, OrderId(order), Total(product.Price));
        }
    }

    private static IEnumerable<Moment> Reminded(Dice dice)
    {
        yield return new Moment(TimeSpan.FromDays(1) + dice.Exponential(TimeSpan.FromHours(6)), "email_opened", "email",
            ("campaign", Value.ForString(dice.OneOf<string>(["spring", "newcomers", "back_in_stock"]))));
        if (dice.Happens(0.2))
        {
            yield return new Moment(Reading(dice), "email_clicked", "email");
        }
        else if (dice.Happens(0.03))
        {
            yield return new Moment(Reading(dice), "unsubscribed", "email");
        }
    }

    private static TimeSpan Reading(Dice dice) => TimeSpan.FromSeconds(2) + dice.Exponential(TimeSpan.FromSeconds(25));

    private static (string, Value) OrderId(string order) => ("order_id", Value.ForString(order));

    /// <summary>Money as decimal text: exact.</summary>
    private static (string, Value) Total(decimal amount) => ("total", Value.ForString(amount.ToString(CultureInfo.InvariantCulture)));

    private readonly record struct Product(int Number, string Category, decimal Price)
    {
        private const int Kinds = 2_000;

        public (string, Value) Id => ("product_id", Value.ForString(string.Create(CultureInfo.InvariantCulture, $"p-{Number}")));

        /// <summary>One of the shop's products; the same number is always the same product.</summary>
        public static Product Any(Dice dice)
        {
            var number = dice.Between(0, Kinds - 1);
            var own = Dice.For(0, "product", number);
            return new Product(number, own.OneOf<string>(["lamps", "mugs", "cushions", "clocks", "toys", "candles"]), Math.Round(1 + (decimal)own.Exponential(18), 2));
        }
    }
}
