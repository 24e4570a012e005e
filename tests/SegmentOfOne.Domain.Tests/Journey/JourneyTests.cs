using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journey;

public sealed class JourneyTests
{
    private readonly LivingCustomer customer = new(Playbook.Default);
    private int told;

    [Fact]
    public void Silence_of_exactly_the_allowance_is_no_lapse_and_a_millisecond_more_is()
    {
        Tell("order_completed", Time.Day(0));
        Question(Time.Day(60)).Stage.ShouldBe(Stage.Purchase);
        Question(Time.Day(60) + TimeSpan.FromMilliseconds(1)).Stage.ShouldBe(Stage.Lapsed);
        customer.State.Journey.Since.ShouldBe(Time.Day(60));
    }

    [Fact]
    public void Who_comes_every_month_is_given_three_months()
    {
        Tell("order_completed", Time.Day(0));
        Tell("order_completed", Time.Day(30));
        Tell("liked", Time.Day(60));
        Question(Time.Day(150)).Stage.ShouldNotBe(Stage.Lapsed);
        Question(Time.Day(150) + TimeSpan.FromMilliseconds(1)).Stage.ShouldBe(Stage.Lapsed);
        customer.State.Journey.Since.ShouldBe(Time.Day(150));
    }

    [Fact]
    public void A_lapse_that_an_interaction_proves_is_dated_when_it_became_due()
    {
        Tell("order_completed", Time.Day(0));
        Tell("page_viewed", Time.Day(100)).Stage.ShouldBe(Stage.Purchase);
        var moves = customer.Story.Skip(1).SelectMany(Moves);
        moves.Select(move => (move.From, move.To, move.At)).ShouldBe(
        [
            (Stage.Purchase, Stage.Lapsed, Time.Day(60)),
            (Stage.Lapsed, Stage.Purchase, Time.Day(100)),
        ]);
        customer.State.Reentries.ShouldBe(1);
        customer.State.Journey.Dwell(Stage.Lapsed, Time.Day(500)).ShouldBe(TimeSpan.FromDays(40));
    }

    [Fact]
    public void What_is_told_late_brings_nobody_back()
    {
        Tell("order_completed", Time.Day(0));
        Question(Time.Day(90)).Stage.ShouldBe(Stage.Lapsed);
        Tell("page_viewed", Time.Day(-1), now: Time.Day(91)).Stage.ShouldBe(Stage.Lapsed);
        Tell("page_viewed", Time.Day(92)).Stage.ShouldBe(Stage.Purchase);
    }

    [Fact]
    public void No_transition_is_dated_before_the_one_before_it()
    {
        // The lapse was due after day 60; what brings the customer back happened on day 30, later than all that was known, and is told afterwards.
        Tell("order_completed", Time.Day(0));
        Question(Time.Day(90)).Stage.ShouldBe(Stage.Lapsed);
        Tell("page_viewed", Time.Day(30), now: Time.Day(91)).Stage.ShouldBe(Stage.Purchase);
        Moves(customer.Story.Last()).Single().At.ShouldBe(Time.Day(60) + TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Before_a_purchase_nobody_lapses()
    {
        Tell("product_added", Time.Day(0));
        Question(Time.Day(1000)).Stage.ShouldBe(Stage.Attraction);
        customer.State.LapseDue(Playbook.Default.Journey.Lapse).ShouldBeNull();
    }

    [Fact]
    public void A_stage_whose_own_way_back_is_open_is_not_entered()
    {
        // Two orders, but so long ago that Interaction is below 25.
        Tell("order_completed", Time.Day(0));
        Tell("order_completed", Time.Day(1)).Stage.ShouldBe(Stage.Cultivation);
        Question(Time.Day(50)).Stage.ShouldBe(Stage.Use);
        Tell("page_viewed", Time.Day(51)).Stage.ShouldBe(Stage.Use);
        Moves(customer.Story.Last()).ShouldBeEmpty();
    }

    [Fact]
    public void Two_ways_back_are_gone_in_one_turn_each_with_its_record()
    {
        Tell("order_completed", Time.Day(0));
        Tell("order_completed", Time.Day(0));
        for (var i = 0; i < 4; i++)
        {
            Tell("shared", Time.Day(0), ("reach", 1_000_000.0));
        }

        customer.State.Stage.ShouldBe(Stage.Advocacy);
        Tell("complaint_made", Time.Day(50)).Stage.ShouldBe(Stage.Use);
        Moves(customer.Story.Last()).Select(move => (move.From, move.To)).ShouldBe(
            [(Stage.Advocacy, Stage.Cultivation), (Stage.Cultivation, Stage.Use)]);
    }

    [Fact]
    public void A_confirmed_recovery_closes_the_case_whatever_the_rule_says()
    {
        customer.Playbook = Variant.Of(json => json["journey"]!["overlays"]!["in_recovery"]!["off"] = "silence() > 1000d");
        Tell("complaint_made", Time.Day(0));
        customer.State.InRecovery.ShouldBeTrue();
        Tell("recovery_confirmed", Time.Day(0.1));
        customer.State.InRecovery.ShouldBeFalse();
        Tell("page_viewed", Time.Day(0.2));
        customer.State.InRecovery.ShouldBeFalse();
    }

    [Fact]
    public void A_second_fall_during_a_recovery_does_not_open_another_case_after_it()
    {
        Tell("complaint_made", Time.Day(0));
        Tell("complaint_made", Time.Hour(1));
        Tell("recovery_confirmed", Time.Hour(2));
        Tell("page_viewed", Time.Hour(3));
        customer.Story.SelectMany(turn => turn.Facts.OfType<OverlayChanged>()).Select(change => change.On).ShouldBe([true, false]);
    }

    [Fact]
    public void A_rise_is_a_delight_once()
    {
        Tell("liked", Time.Hour(0));
        Tell("liked", Time.Hour(1));
        Tell("liked", Time.Hour(2));
        var noticed = customer.Story.SelectMany(turn => turn.Facts.OfType<DelightNoticed>()).ShouldHaveSingleItem();
        noticed.At.ShouldBe(Time.Hour(1));
        noticed.Rise.ShouldBe(21.05, 0.02);
    }

    [Fact]
    public void An_episode_is_at_the_phase_of_its_latest_move_in_whatever_order_it_is_told()
    {
        Tell("order_delivered", Time.Day(3), ("order_id", "A"));
        Tell("order_completed", Time.Day(1), now: Time.Day(4), ("order_id", "A"));
        Tell("checkout_started", Time.Day(1), now: Time.Day(5), ("order_id", "A"));
        Tell("order_completed", Time.Day(4), ("order_id", 7));
        customer.State.Episodes.Recent.ToArray().ShouldBe(
        [
            new("A", EpisodePhase.Delivered, Time.Day(1), Time.Day(3)),
            new("7", EpisodePhase.Ordered, Time.Day(4), Time.Day(4)),
        ]);
    }

    [Fact]
    public void Of_too_many_episodes_the_longest_ended_leaves_first()
    {
        for (var i = 0; i < Limits.Episodes; i++)
        {
            Tell("order_completed", Time.Hour(i), ("order_id", $"o{i}"));
        }

        Tell("order_cancelled", Time.Hour(20), ("order_id", "o7"));
        Tell("order_cancelled", Time.Hour(21), ("order_id", "o5"));
        Tell("order_completed", Time.Hour(22), ("order_id", "new"));
        Keys().ShouldNotContain("o7");
        Tell("order_completed", Time.Hour(23), ("order_id", "newer"));
        Keys().ShouldNotContain("o5");
        Tell("order_completed", Time.Hour(24), ("order_id", "newest"));
        Keys().ShouldNotContain("o0");
        Keys().Count.ShouldBe(Limits.Episodes);
        customer.State.Episodes.Opened.ShouldBe(Limits.Episodes + 3);
    }

    [Fact]
    public void A_key_that_is_too_long_is_known_by_its_hash()
    {
        Tell("order_completed", Time.Day(0), ("order_id", new string('o', 65)));
        Tell("order_delivered", Time.Day(1), ("order_id", new string('o', 65)));
        var episode = customer.State.Episodes.Recent.ToArray().ShouldHaveSingleItem();
        episode.Key.Length.ShouldBe(17);
        episode.Phase.ShouldBe(EpisodePhase.Delivered);
    }

    [Fact]
    public void New_measures_are_a_fact_of_the_turn_that_first_uses_them()
    {
        Tell("store_visited", Time.Day(0));
        Tell("never_heard_of", Time.Day(3.5));
        customer.Playbook = Variant.Of(json => json["engagement"]!["involvement"]!["half_life"] = "1d", version: 2);
        Tell("page_viewed", Time.Day(4.5));
        customer.Story.Skip(2).SelectMany(turn => turn.Facts).OfType<MeasuresAdopted>().ShouldHaveSingleItem();

        // The store's 8 halve by the old half-life of 7 days up to the clock, which stood at day 3.5, and by the new one from there.
        var amount = (8 * Math.Sqrt(0.5) * 0.5 + 1) * 0.5 + 1;
        Tell("page_viewed", Time.Day(5.5)).Scores.Involvement.ShouldBe(100 * (1 - Math.Pow(2, -amount / 20)), 1e-9);
        customer.Story.Last().Facts.OfType<MeasuresAdopted>().ShouldBeEmpty();
        LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
    }

    private static List<StageChanged> Moves(Turn turn) => [.. turn.Facts.OfType<StageChanged>()];

    private List<string> Keys() => [.. customer.State.Episodes.Recent.ToArray().Select(episode => episode.Key)];

    private TurnReply Tell(string type, Instant at, params (string, PropertyValue)[] properties) => Tell(type, at, at, properties);

    private TurnReply Tell(string type, Instant at, Instant now, params (string, PropertyValue)[] properties) => customer.Answer(
        new TurnRequest
        {
            Customer = Lives.Someone,
            Id = $"{told++}",
            Type = type,
            Channel = "web",
            OccurredAt = at,
            Properties = Properties.Of(properties),
        },
        now);

    private TurnReply Question(Instant now) =>
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = ["home_hero"] }, now);
}
