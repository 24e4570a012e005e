using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Decisions;

public sealed class DecisionTests
{
    [Fact]
    public void The_highest_priority_wins_and_every_factor_is_in_the_receipt()
    {
        var receipt = Explained(
            """{ "id": "small", "purpose": "inform", "placements": ["cart"], "propensity": 0.5, "value": 2 }""",
            """
            { "id": "large", "purpose": "inform", "placements": ["cart"], "propensity": 0.2, "value": 10,
              "context": [{ "when": "channel = 'web'", "percent": 50 }, { "when": "channel = 'app'", "percent": 900 }, { "when": "true", "percent": -20 }],
              "levers": { "push": 55, "brake": -10 } }
            """);
        receipt.Action.ShouldBe("large");
        var (large, small) = (receipt.Candidates[0], receipt.Candidates[1]);
        large.Verdict.ShouldBe(Verdict.Chosen);
        (large.Likelihood, large.Value).ShouldBe((0.2, 10));
        large.Context.ShouldBe(1.5 * 0.8, 1e-12);
        large.Lever.ShouldBe(1.55 * 0.9, 1e-12);
        large.Priority.ShouldBe(0.2 * 1.5 * 0.8 * 10 * 1.55 * 0.9, 1e-12);
        (small.Verdict, small.Priority).ShouldBe((Verdict.Outranked, 1));
    }

    [Fact]
    public void Of_equals_the_smaller_id_wins_by_ordinal_comparison()
    {
        Explained(
            """{ "id": "b", "purpose": "inform", "placements": ["cart"], "propensity": 0.5, "value": 2 }""",
            """{ "id": "a_b", "purpose": "inform", "placements": ["cart"], "propensity": 0.25, "value": 4 }""",
            """{ "id": "a", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": 1 }""").Action.ShouldBe("a");
    }

    [Fact]
    public void Where_nothing_is_eligible_no_action_is_a_decision_with_its_receipt()
    {
        var customer = new LivingCustomer(With("""{ "id": "later", "purpose": "inform", "placements": ["cart"], "eligible": "orders >= 1", "propensity": 1, "value": 1 }"""));
        var decision = customer.Answer(Question, Time.Start).Decisions.ShouldHaveSingleItem();
        (decision.Action, decision.Treatment, decision.Propensity).ShouldBe((null, null, 1));

        var receipt = Explain(customer, decision.ReceiptId);
        receipt.Action.ShouldBeNull();
        var candidate = receipt.Candidates.ShouldHaveSingleItem();
        (candidate.Verdict, candidate.Rule).ShouldBe((Verdict.Ineligible, "orders >= 1"));
        customer.State.Decisions.ShouldBe(1);
    }

    [Fact]
    public void A_negative_priority_never_wins_and_zero_may()
    {
        var receipt = Explained(
            """{ "id": "harm", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": "0 - 5" }""",
            """{ "id": "neutral", "purpose": "inform", "placements": ["cart"], "propensity": 0, "value": 5 }""");
        receipt.Action.ShouldBe("neutral");
        receipt.Candidates[0].Verdict.ShouldBe(Verdict.Worthless);
    }

    [Fact]
    public void An_action_none_of_whose_treatments_fits_is_left_out()
    {
        var receipt = Explained(
            """
            { "id": "greet", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": 100,
              "treatments": [{ "id": "members", "when": "evidence('loyalty')", "content": { "title": "Member" } }] }
            """,
            """
            { "id": "plain", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": 1,
              "treatments": [{ "id": "members", "when": "evidence('loyalty')", "content": { "title": "Member" } },
                             { "id": "all", "content": { "title": "Hello" } }] }
            """);
        receipt.Candidates[0].Verdict.ShouldBe(Verdict.Untreated);
        (receipt.Action, receipt.Treatment).ShouldBe(("plain", "all"));
    }

    [Fact]
    public void A_decision_sees_the_interaction_that_asks_for_it()
    {
        var playbook = With("""{ "id": "again", "purpose": "inform", "placements": ["cart"], "eligible": "count('liked') = 1 and type = 'liked' and property('score') = 3", "propensity": 1, "value": 1 }""");
        var customer = new LivingCustomer(playbook);
        var liked = new TurnRequest
        {
            Customer = Lives.Someone,
            Id = "1",
            Type = "liked",
            Channel = "web",
            Properties = Properties.Of(("score", 3)),
            Placements = ["cart"],
        };
        var reply = customer.Answer(liked, Time.Start);
        reply.Decisions.Single().Action.ShouldBe("again");
        Explain(customer, reply.Decisions.Single().ReceiptId).Action.ShouldBe("again");
    }

    [Fact]
    public void A_question_is_explained_by_what_it_said_of_the_moment()
    {
        var customer = new LivingCustomer(With(
            """{ "id": "umbrella", "purpose": "inform", "placements": ["cart"], "eligible": "property('weather') = 'rain' and channel = 'web'", "propensity": 1, "value": 1 }"""));
        var reply = customer.Answer(Question with { Properties = Properties.Of(("weather", "rain")) }, Time.Start);
        reply.Decisions.Single().Action.ShouldBe("umbrella");
        Explain(customer, reply.Decisions.Single().ReceiptId).Candidates.Single().Verdict.ShouldBe(Verdict.Chosen);
    }

    [Fact]
    public void A_receipt_is_of_the_playbook_and_the_turn_that_decided_or_of_none()
    {
        var customer = new LivingCustomer(With("""{ "id": "one", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": 1 }"""));
        customer.Answer(Question, Time.Start);
        customer.Answer(Question, Time.Day(1));
        var turn = customer.Story.Last();

        var other = With("""{ "id": "two", "purpose": "inform", "placements": ["cart"], "propensity": 1, "value": 1 }""");
        Should.Throw<InvalidOperationException>(() => Customer.Explain(customer.Replayed(1), turn, 0, other)).Message.ShouldContain("recomputed it is two");
        Should.Throw<ArgumentException>(() => Customer.Explain(customer.Replayed(1), turn, 0, Variant.Of(_ => { }, version: 2)));
        Should.Throw<ArgumentException>(() => Customer.Explain(customer.Replayed(1), turn, 1, customer.Playbook));
        Should.Throw<ArgumentException>(() => Customer.Explain(customer.Replayed(2), turn, 0, customer.Playbook));
        Should.Throw<ArgumentException>(() => Customer.Reply(customer.Replayed(1), turn, customer.Playbook));
    }

    [Fact]
    public void A_receipt_id_reads_back_and_nothing_else_does()
    {
        var id = new ReceiptId(LivingCustomer.Key, 12, 3);
        id.ToString().ShouldBe("0123456789abcdeffedcba9876543210.12.3");
        ReceiptId.TryParse(id.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(id);
        foreach (var bad in new[]
        {
            "", ".", "..", "0123456789abcdeffedcba9876543210.12", "0123456789abcdeffedcba9876543210.12.3.4", "0123456789ABCDEFFEDCBA9876543210.1.0",
            "0123456789abcdeffedcba987654321.12.3", "0123456789abcdeffedcba9876543210.-1.0", "0123456789abcdeffedcba9876543210.1. 0",
            "0123456789abcdeffedcba9876543210.99999999999999999999.0", "0123456789abcdeffedcba9876543210.1.0.",
        })
        {
            ReceiptId.TryParse(bad, out _).ShouldBeFalse(bad);
        }
    }

    private static readonly TurnRequest Question = new() { Customer = Lives.Someone, Channel = "web", Placements = ["cart"] };

    private static Playbook With(params string[] actions) =>
        Variant.WithActions([.. actions.Select(action => JsonNode.Parse(action)!)]);

    private static Receipt Explained(params string[] actions)
    {
        var customer = new LivingCustomer(With(actions));
        return Explain(customer, customer.Answer(Question, Time.Start).Decisions.Single().ReceiptId);
    }

    private static Receipt Explain(LivingCustomer customer, ReceiptId id) => Customer.Explain(
        customer.Replayed(id.Version - 1), customer.Story.ElementAt((int)id.Version - 1), id.Index, customer.Playbook);
}
