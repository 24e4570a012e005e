using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Identity;

/// <summary>Customers who become one, in whatever order.</summary>
public sealed class MergeOrderTests
{
    private static readonly PlaybookSet Playbooks = PlaybookSet.Of(Playbook.Default);

    private static readonly Instant End = Time.Day(400);

    /// <summary>(a and b) and c, a and (b and c), c and (b and a): the same scores within 1e-9, the same money and counts, and for every
    /// window as many touches in every cap's sense.</summary>
    [Fact]
    public void In_whatever_order_three_become_one_scores_and_what_caps_count_are_the_same()
    {
        Property.Holds(Gen.ListOf(Lives.Lived(60), 3), lives =>
        {
            var (a, b, c) = (Live(lives[0], 1), Live(lives[1], 2), Live(lives[2], 3));
            var orders = new[] { Merged(Merged(a, b), c), Merged(a, Merged(b, c)), Merged(c, Merged(b, a)), Merged(Merged(c, a), b) };
            var rules = Playbook.Default.Engagement;
            foreach (var other in orders[1..])
            {
                foreach (var at in new[] { End, Time.Day(410), Time.Day(700) })
                {
                    var (one, two) = (orders[0].Scores(rules, at), other.Scores(rules, at));
                    one.Involvement.ShouldBe(two.Involvement, 1e-9);
                    one.Interaction.ShouldBe(two.Interaction, 1e-9);
                    one.Intimacy.ShouldBe(two.Intimacy, 1e-9);
                    one.Influence.ShouldBe(two.Influence, 1e-9);
                    one.Engagement.ShouldBe(two.Engagement, 1e-9);
                    one.Advocacy.ShouldBe(two.Advocacy, 1e-9);
                }

                Counts(other).ShouldBe(Counts(orders[0]));
                Touches(other).ShouldBe(Touches(orders[0]));
                other.Contact.Trust(End).ShouldBe(orders[0].Contact.Trust(End), 1e-9);
            }
        }, times: 40);
    }

    /// <summary>A customer who did everything by itself has the scores of one who did it as two.</summary>
    [Fact]
    public void Two_who_become_one_have_the_scores_of_one_who_did_it_all()
    {
        var cases = from life in Lives.Told(80) from sides in Gen.ListOf(Gen.Choose(0, 1), life.Count) select (life, sides);
        Property.Holds(cases, one =>
        {
            var now = Time.Day(366);
            List<Asked> all = [.. one.life.Select(request => new Asked(request with { Placements = [] }, now))];
            var (left, right) = (Live([.. all.Where((_, i) => one.sides[i] == 0)], 1), Live([.. all.Where((_, i) => one.sides[i] == 1)], 2));
            var (merged, whole) = (Merged(left, right), Live(all, 3));
            var (scores, expected) = (merged.Scores(Playbook.Default.Engagement, End), whole.Scores(Playbook.Default.Engagement, End));
            scores.Involvement.ShouldBe(expected.Involvement, 1e-9);
            scores.Interaction.ShouldBe(expected.Interaction, 1e-9);
            scores.Intimacy.ShouldBe(expected.Intimacy, 1e-9);
            scores.Influence.ShouldBe(expected.Influence, 1e-9);
            Counts(merged).ShouldBe(Counts(whole));
            merged.DistinctItems(Instant.Min).ShouldBe(whole.DistinctItems(Instant.Min));
        }, times: 40);
    }

    /// <summary>The stricter consent of both holds, whoever gave itself to whom.</summary>
    [Fact]
    public void What_the_one_refused_is_refused_for_both()
    {
        var (gave, refused) = (Live([Asked("consent_given", 1)], 1), Live([Asked("consent_withdrawn", 2)], 2));
        Merged(gave, refused).Consent.On("email").IsRefused.ShouldBeTrue();
        Merged(refused, gave).Consent.On("email").IsRefused.ShouldBeTrue();
    }

    private static Asked Asked(string type, int day) => new(
        new TurnRequest { Customer = Lives.Someone, Id = type, Type = type, Channel = "web", Properties = Properties.Of(("channel", "email")) }, Time.Day(day));

    private static CustomerState Live(List<Asked> life, int number)
    {
        var state = new CustomerState(new CustomerKey((UInt128)number));
        var id = 0;
        foreach (var (request, now) in life)
        {
            while (Customer.Decide(state, request with { Customer = new Identifier("anonymous_id", $"a{number}"), Id = $"{id}" }, Playbooks, now, SegmentOfOne.Domain.Repeats.HistoryVerdict.NotSeen)
                is TurnOutcome.DueFirst)
            {
                Customer.Wake(state, Playbooks, now).ShouldBeOfType<TurnOutcome.Done>();
            }

            id++;
        }

        return state;
    }

    private static CustomerState Merged(CustomerState whole, CustomerState part)
    {
        var state = StateFormat.Read(StateFormat.ToBytes(whole), whole.Key);
        var name = new Identifier("anonymous_id", "w");
        while (Customer.Step(state, new IdentityStep.Take(part.Key, part.Version, StateBytes.Of(part), name), Playbooks, End) is TurnOutcome.DueFirst)
        {
            Customer.Wake(state, Playbooks, End).ShouldBeOfType<TurnOutcome.Done>();
        }

        state.Identity.PartOf(part.Key).ShouldNotBeNull();
        return state;
    }

    private static string Counts(CustomerState state) =>
        $"{state.Activity.Interactions} {state.Value.Revenue} {state.Value.Returned} {state.Orders} {state.Returns} "
        + string.Join(' ', state.Activity.Types.ToArray().OrderBy(type => type.Type, StringComparer.Ordinal).Select(type => $"{type.Type} {type.Tally} {string.Join(',', type.Recent.ToArray())}"));

    /// <summary>Those that happened while they lived, in order of time.</summary>
    private static string Touches(CustomerState state) => string.Join(
        '\n',
        state.Contact.Touches.ToArray().Where(touch => touch.At < End)
            .Select(touch => $"{touch.At} {state.Contact.ActionOf(touch)} {touch.Purpose} {touch.Channel} {touch.Direction} {touch.Reports} {touch.Withdrawn} {touch.CountsAt(End)}").Order(StringComparer.Ordinal));
}
