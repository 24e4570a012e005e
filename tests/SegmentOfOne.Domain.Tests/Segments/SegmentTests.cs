using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Segments;

namespace SegmentOfOne.Domain.Tests.Segments;

public sealed class SegmentTests
{
    private readonly LivingCustomer customer = new(Playbook.Default);
    private int told;

    [Fact]
    public void A_segment_is_entered_by_what_happens_and_left_when_the_window_passes()
    {
        Tell("order_completed", Time.Day(0));
        Tell("order_completed", Time.Day(10));
        Stays().ShouldBeEmpty();
        Tell("order_completed", Time.Day(20));
        Stays().ShouldBe([new SegmentStay("regulars", Time.Day(20))]);

        customer.WakeAll(Time.Day(90) - TimeSpan.FromMilliseconds(1));
        customer.State.Segments.Has("regulars").ShouldBeTrue();
        customer.WakeAll(Time.Day(90));
        customer.State.Segments.Has("regulars").ShouldBeFalse();
        customer.Story.Last().Facts.ShouldContain(new SegmentLeft("regulars", Time.Day(90)));
    }

    [Fact]
    public void Growing_quiet_is_a_segment_until_the_customer_lapses_or_comes_back()
    {
        Tell("order_completed", Time.Day(0));
        customer.WakeAll(Time.Day(21));
        Stays().ShouldBe([new SegmentStay("cooling_down", Time.Day(21))]);
        customer.WakeAll(Time.Day(61));
        Stays().ShouldBeEmpty();
        customer.State.Stage.ShouldBe(Stage.Lapsed);
    }

    [Fact]
    public void Among_the_highest_is_who_reached_the_one_percentile_and_has_not_fallen_below_the_other()
    {
        Tell("referral_converted", Time.Day(0));
        Tell("referral_converted", Time.Day(0));
        Stays().ShouldBeEmpty();

        customer.Ranks = Ranked(Time.Day(1), scores: 0.60);
        customer.WakeAll(Time.Day(1) - TimeSpan.FromMilliseconds(1)).ShouldBe(0);
        customer.WakeAll(Time.Day(1)).ShouldBe(1);
        Stays().ShouldBe([new SegmentStay("top_influence", Time.Day(1))]);

        // 58 % of 2^-(50/40) are left when influence falls below 52.2, the score at percentile 87.
        var leaves = Customer.NextDue(customer.State, customer.Set, Time.Day(40));
        customer.WakeAll(Time.Day(200));
        customer.Story.Last().Facts.OfType<SegmentLeft>().Single().Segment.ShouldBe("top_influence");
        var left = customer.State.Clock;
        Influence(left).ShouldBeLessThan(52.2);
        Influence(left - TimeSpan.FromMilliseconds(1)).ShouldBeGreaterThanOrEqualTo(52.2);
        leaves.ShouldNotBeNull();

        // Between the two nobody moves, in or out; and where no percentiles are known, either.
        Tell("shared", left + TimeSpan.FromDays(1));
        Influence(customer.State.Clock).ShouldBeInRange(52.2, 54);
        Stays().ShouldBeEmpty();
        Tell("referral_converted", left + TimeSpan.FromDays(2));
        Stays().Select(stay => stay.Segment).ShouldBe(["top_influence"]);
        customer.Ranks = null;
        customer.WakeAll(left + TimeSpan.FromDays(1000));
        Stays().Select(stay => stay.Segment).ShouldBe(["top_influence"]);
    }

    [Fact]
    public void What_is_decided_may_depend_on_a_segment()
    {
        customer.Playbook = Variant.Of(json =>
        {
            foreach (var action in json["actions"]!.AsArray())
            {
                action!["eligible"] = (string)action["id"]! == "inspiration" ? "in_segment('regulars')" : "orders >= 1000";
            }
        });
        for (var day = 0; day < 3; day++)
        {
            Ask().Decisions.Single().Action.ShouldBeNull();
            Tell("order_completed", Time.Day(day));
        }

        Ask().Decisions.Single().Action.ShouldBe("inspiration");
    }

    /// <summary>Percentiles of influence that grow evenly from 0 to so many hundredths.</summary>
    private static ScoreRanks Ranked(Instant at, double scores) => new(
        at,
        [.. Enum.GetValues<RankedScore>().Select(score => score == RankedScore.Influence
            ? System.Collections.Immutable.ImmutableArray.CreateRange(Enumerable.Range(0, 101).Select(percentile => percentile * scores))
            : [])]);

    private double Influence(Instant at) => customer.State.Scores(Playbook.Default.Engagement, at).Influence;

    private SegmentStay[] Stays() => customer.State.Segments.Stays.ToArray();

    private TurnReply Ask() =>
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = ["home_hero"] }, Time.Day(3));

    private void Tell(string type, Instant at) => customer.Answer(
        new TurnRequest
        {
            Customer = Lives.Someone,
            Id = $"{told++}",
            Type = type,
            Channel = "web",
            OccurredAt = at,
            Properties = Properties.Of(("total", 10), ("reach", 1)),
        },
        at);
}
