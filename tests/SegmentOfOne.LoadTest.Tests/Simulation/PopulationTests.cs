using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Simulation;

public sealed class PopulationTests
{
    private static readonly SimulationPlan Plan = new(
        Customers: 500, Interactions: 40_000, Seed: 7, End: new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Span: TimeSpan.FromDays(90), AskedShare: 1);

    private static readonly List<InteractRequest> Told = [.. new Population(Plan).Interactions()];

    [Fact]
    public void The_same_seed_invents_the_same_interactions() =>
        new Population(Plan).Interactions().SequenceEqual(Told).ShouldBeTrue();

    [Fact]
    public void Another_seed_invents_others() =>
        new Population(Plan with { Seed = 8 }).Interactions().Take(100).SequenceEqual(Told.Take(100)).ShouldBeFalse();

    [Fact]
    public void As_many_interactions_as_asked_of_no_more_customers_than_asked()
    {
        Told.Count.ShouldBe(40_000);
        Told.Select(request => request.Customer.Value).Distinct().Count().ShouldBeInRange(400, 500);
    }

    [Fact]
    public void None_is_in_the_future_and_they_spread_over_the_span()
    {
        Told.Max(request => request.OccurredAt.ToDateTimeOffset()).ShouldBeLessThanOrEqualTo(Plan.End);
        Told.Min(request => request.OccurredAt.ToDateTimeOffset()).ShouldBeInRange(Plan.End - Plan.Span, Plan.End - 0.99 * Plan.Span);
    }

    [Fact]
    public void The_stories_of_a_shop_are_all_there()
    {
        string[] types = [.. Told.Select(request => request.Type).Distinct()];
        foreach (var type in new[] { "page_viewed", "products_searched", "product_viewed", "product_added", "order_completed", "order_refunded", "store_visited", "complaint_made", "review_submitted", "referral_made", "survey_answered", "service_contacted" })
        {
            types.ShouldContain(type);
        }
        // A funnel narrows.
        Count("product_viewed").ShouldBeGreaterThan(Count("product_added"));
        Count("product_added").ShouldBeGreaterThan(Count("order_completed"));
        Count("order_completed").ShouldBeGreaterThan(Count("order_refunded"));
        Count("order_completed").ShouldBeGreaterThan(Count("complaint_made"));
    }

    [Fact]
    public void Some_are_told_twice_word_for_word_and_no_others_share_an_id()
    {
        List<IGrouping<string, InteractRequest>> repeated = [.. Told.GroupBy(request => request.InteractionId).Where(same => same.Count() > 1)];
        repeated.Count.ShouldBeInRange(100, 400);
        repeated.ShouldAllBe(same => same.Distinct().Count() == 1);
    }

    [Fact]
    public void Shares_have_customers_visits_and_orders_of_their_own_and_as_many_interactions_each()
    {
        var shares = Enumerable.Range(0, 3).Select(index => new Population(Plan with { Interactions = 4_000, Share = new Share(index, 3) }).Interactions().ToList()).ToList();
        for (var index = 0; index < 3; index++)
        {
            int[] customers = [.. shares[index].Select(request => int.Parse(request.Customer.Value.Split('-')[^1])).Distinct()];
            customers.ShouldAllBe(customer => customer % 3 == index && customer < 500);
            customers.Length.ShouldBeGreaterThan(100);
            shares[index].Count.ShouldBe(4_000);
        }
        IEnumerable<string> OrdersOf(List<InteractRequest> told) =>
            told.Where(request => request.Type == "order_completed").Select(request => request.Properties["order_id"].StringValue).Distinct();
        shares.SelectMany(OrdersOf).Count().ShouldBe(shares.SelectMany(OrdersOf).Distinct().Count());
        shares.SelectMany(told => told.Select(request => request.InteractionId).Distinct()).GroupBy(id => id).ShouldAllBe(same => same.Count() == 1);
    }

    [Fact]
    public void What_comes_later_has_a_bound()
    {
        // Within a second nothing that comes later comes: every visit that goes on is kept.
        var population = new Population(Plan with { Span = TimeSpan.FromSeconds(1) });
        for (var told = 0; told < 2 * Population.MostPending; told++)
        {
            population.Next(0.5);
        }
        population.Pending.ShouldBe(Population.MostPending);
    }

    [Fact]
    public void Shoppers_are_as_the_mix_says()
    {
        List<Shopper> Of(ShopperMix mix) => [.. Enumerable.Range(0, 2_000).Select(number => Shopper.Of(7, number, mix))];
        Of(new ShopperMix(0, 1)).ShouldAllBe(shopper => !shopper.LikesStores && shopper.UsesApp);
        Of(new ShopperMix(1, 0)).ShouldAllBe(shopper => shopper.LikesStores && !shopper.UsesApp);
        // 2,000 throws: a fifth, and two in five, give or take six standard deviations.
        Of(ShopperMix.Usual).Count(shopper => shopper.LikesStores).ShouldBeInRange(292, 508);
        Of(ShopperMix.Usual).Count(shopper => shopper.UsesApp).ShouldBeInRange(668, 932);
        new Population(Plan with { Mix = new ShopperMix(0, 0) }).Interactions().Take(5_000).ShouldNotContain(request => request.Channel == "app");
    }

    [Fact]
    public void Some_of_the_app_come_hours_late()
    {
        var latest = TimeSpan.Zero;
        for (var i = 0; i < Told.Count; i++)
        {
            var reported = Plan.End - Plan.Span * (1 - (i + 1.0) / Told.Count);
            var late = reported - Told[i].OccurredAt.ToDateTimeOffset();
            latest = late > latest ? late : latest;
        }
        latest.ShouldBeGreaterThan(TimeSpan.FromHours(4));
    }

    private static int Count(string type) => Told.Count(request => request.Type == type);
}
