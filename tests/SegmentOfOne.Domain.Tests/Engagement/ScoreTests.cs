using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Engagement;

public sealed class ScoreTests
{
    private static readonly EngagementRules Rules = new(
        new ScoreRule(TimeSpan.FromDays(7), 20),
        new ScoreRule(TimeSpan.FromDays(30), 30),
        new ScoreRule(TimeSpan.FromDays(60), 15),
        new ScoreRule(TimeSpan.FromDays(180), 40),
        new BlendRule(0.20, 0.30, 0.25, 0.25),
        new ShiftRule(15, TimeSpan.FromHours(24)));

    [Fact]
    public void A_store_visit_gives_the_published_involvement_now_and_after_a_half_life()
    {
        var customer = Earned(new EngagementEarned(8, 0, 0, 0, 0, Time.Start));
        customer.Scores(Rules, Time.Start).Involvement.ShouldBe(24.214, 0.0005);
        customer.Scores(Rules, Time.Day(7)).Involvement.ShouldBe(12.945, 0.0005);
    }

    [Theory]
    [InlineData(4, 0, 21.05)]
    [InlineData(0, 10, -40)]
    [InlineData(4, 10, -20.69)]
    public void Liked_and_disliked_give_the_published_intimacy(double liked, double disliked, double intimacy)
    {
        var customer = Earned(new EngagementEarned(0, 0, liked, disliked, 0, Time.Start));
        customer.Scores(Rules, Time.Start).Intimacy.ShouldBe(intimacy, 0.005);
    }

    [Fact]
    public void An_accumulator_of_kappa_gives_fifty_and_the_four_blend_as_published()
    {
        // N alone: 100·(−N)/(N + 15) is −40 at N = 10.
        var customer = Earned(new EngagementEarned(20, 30, 0, 10, 40, Time.Start));
        var scores = customer.Scores(Rules, Time.Start);
        scores.Involvement.ShouldBe(50, 1e-12);
        scores.Interaction.ShouldBe(50, 1e-12);
        scores.Influence.ShouldBe(50, 1e-12);
        scores.Intimacy.ShouldBe(-40, 1e-12);
        scores.Engagement.ShouldBe(27.5, 1e-12);
        scores.Advocacy.ShouldBe(-20, 1e-12);
    }

    [Fact]
    public void Engagement_is_never_below_zero()
    {
        Earned(new EngagementEarned(0, 0, 0, 900, 0, Time.Start)).Scores(Rules, Time.Start).Engagement.ShouldBe(0);
    }

    [Fact]
    public void A_late_weight_has_aged_already()
    {
        var inOrder = Earned(new(8, 0, 0, 0, 0, Time.Day(0)), new(1, 0, 0, 0, 0, Time.Day(3)));
        var late = Earned(new(1, 0, 0, 0, 0, Time.Day(3)), new(8, 0, 0, 0, 0, Time.Day(0)));
        late.Scores(Rules, Time.Day(3)).Involvement.ShouldBe(inOrder.Scores(Rules, Time.Day(3)).Involvement, 1e-9);
    }

    [Fact]
    public void A_rank_orders_two_customers_as_their_scores_do_at_every_later_time()
    {
        var early = Earned(new EngagementEarned(8, 0, 0, 0, 0, Time.Day(0)));
        var later = Earned(new EngagementEarned(5, 0, 0, 0, 0, Time.Day(4)));
        var ahead = SnapshotColumns.Of(later).InvolvementRank > SnapshotColumns.Of(early).InvolvementRank;
        foreach (var day in new[] { 4.0, 11, 40, 200 })
        {
            (later.Scores(Rules, Time.Day(day)).Involvement > early.Scores(Rules, Time.Day(day)).Involvement).ShouldBe(ahead);
        }

        SnapshotColumns.Of(early).InfluenceRank.ShouldBeNull();
    }

    [Fact]
    public void New_half_lives_count_from_the_clock_at_which_they_are_adopted()
    {
        var customer = Earned(new EngagementEarned(8, 0, 0, 0, 0, Time.Day(0)));
        customer.Engagement.Involvement.At(Time.Day(0), customer.Engagement.Measures.InvolvementHalfLife).ShouldBe(8);
        Fold(customer, new MeasuresAdopted(Rules.Measures with { InvolvementHalfLife = TimeSpan.FromDays(1).Ticks / 10_000 }));
        customer.Scores(Rules, Time.Day(1)).Involvement.ShouldBe(100 * (1 - Math.Pow(2, -4.0 / 20)), 1e-9);
    }

    [Fact]
    public void Two_to_a_power_is_exact_at_whole_numbers_and_within_two_units_elsewhere()
    {
        for (var whole = -1022; whole < 1024; whole++)
        {
            Exp2.Of(whole).ShouldBe(Math.ScaleB(1, whole));
        }

        for (var x = -1000.0; x < 1000; x += 0.37)
        {
            (Exp2.Of(x) / Math.Pow(2, x)).ShouldBe(1, 6e-16);
        }

        Exp2.Of(-1e9).ShouldBe(0);
        Exp2.Of(1024).ShouldBe(double.PositiveInfinity);
        Exp2.Of(double.NaN).ShouldBe(double.NaN);
    }

    private static CustomerState Earned(params EngagementEarned[] facts)
    {
        var customer = new CustomerState(new CustomerKey(1));
        Fold(customer, [new CustomerMet(new Identifier("user_id", "1"), Time.Start), new MeasuresAdopted(Rules.Measures), .. facts]);
        return customer;
    }

    private static void Fold(CustomerState customer, params Fact[] facts) =>
        Customer.Evolve(customer, new Turn(customer.Version + 1, Time.Start, 1, [.. facts]));
}
