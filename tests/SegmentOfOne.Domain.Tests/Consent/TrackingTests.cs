using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Consent;

public sealed class TrackingTests
{
    private readonly LivingCustomer customer = new(Playbook.Default);
    private int told;

    public static TheoryData<string> Watching() => [.. Playbook.Default.Interactions.Where(rule => rule.Tracking).Select(rule => rule.Type)];

    public static TheoryData<string> OfAParty() => [.. Playbook.Default.Interactions.Where(rule => !rule.Tracking).Select(rule => rule.Type)];

    [Theory]
    [MemberData(nameof(Watching))]
    public void Of_who_does_not_want_to_be_tracked_what_tracks_is_refused_by_name_and_changes_nothing(string type)
    {
        Tell("page_viewed").ShouldBeOfType<TurnOutcome.Done>();
        Tell("do_not_track").ShouldBeOfType<TurnOutcome.Done>();
        var (bytes, turns) = (customer.Bytes, customer.Turns.Count);

        var refusal = Tell(type, "home_hero").ShouldBeOfType<TurnOutcome.Refused>().Refusal;

        (refusal.Code, refusal.Code.Name()).ShouldBe((RefusalCode.DoNotTrack, "do_not_track"));
        refusal.Message.ShouldContain(type);
        (customer.Bytes, customer.Turns.Count).ShouldBe((bytes, turns));
        Tell("tracking_allowed").ShouldBeOfType<TurnOutcome.Done>();
        Tell(type, "home_hero").ShouldBeOfType<TurnOutcome.Done>();
    }

    [Theory]
    [MemberData(nameof(OfAParty))]
    public void What_the_customer_does_as_a_party_is_taken_all_the_same(string type)
    {
        Tell("do_not_track");
        Tell(type).ShouldBeOfType<TurnOutcome.Done>();
    }

    [Fact]
    public void Looking_around_is_tracking_and_buying_complaining_and_speaking_are_not()
    {
        string[] watching = ["page_viewed", "product_viewed", "products_searched", "located"];
        string[] party = ["order_completed", "complaint_made", "service_contacted", "review_submitted", "consent_withdrawn", "contact_allowed", "delivered"];
        watching.Select(IsTracking).ShouldAllBe(tracks => tracks);
        party.Select(IsTracking).ShouldAllBe(tracks => !tracks);
    }

    [Fact]
    public void What_was_answered_before_is_answered_again_and_decisions_can_be_asked_for()
    {
        var viewed = Interaction("page_viewed");
        customer.Ask(viewed, Time.Start).ShouldBeOfType<TurnOutcome.Done>();
        Tell("do_not_track");
        customer.Ask(viewed, Time.Hour(1)).ShouldBeOfType<TurnOutcome.Repeated>().Version.ShouldBe(1);
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = ["home_hero"] }, Time.Hour(1))
            .Decisions.ShouldHaveSingleItem().Action.ShouldNotBeNull();
    }

    [Fact]
    public void A_refusal_that_is_told_late_does_not_undo_a_later_word()
    {
        Tell("tracking_allowed");
        customer.Ask(Interaction("do_not_track") with { OccurredAt = Time.Hour(-1) }, Time.Hour(1)).ShouldBeOfType<TurnOutcome.Done>();
        Tell("page_viewed").ShouldBeOfType<TurnOutcome.Done>();
    }

    private static bool IsTracking(string type) => Playbook.Default.Interactions.Single(rule => rule.Type == type).Tracking;

    /// <summary>A second after what was told before: of two words at one time the stricter would count.</summary>
    private TurnOutcome Tell(string type, params string[] placements) =>
        customer.Ask(Interaction(type) with { Placements = [.. placements] }, Time.Start + TimeSpan.FromSeconds(told));

    private TurnRequest Interaction(string type) => new() { Customer = Lives.Someone, Id = $"{++told}", Type = type, Channel = "web" };
}
