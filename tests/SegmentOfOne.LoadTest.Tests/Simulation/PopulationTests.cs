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
