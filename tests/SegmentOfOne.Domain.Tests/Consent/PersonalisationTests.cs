using System.Text.Json.Nodes;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Journeys;

namespace SegmentOfOne.Domain.Tests.Consent;

public sealed class PersonalisationTests
{
    private static readonly string[] Places = ["account", "home_hero"];

    /// <summary>Conditions, weights, values, treatments and variables that read all there is to know. A stranger stays at no stage in it.</summary>
    private static readonly Playbook Knowing = Variant.Of(document =>
    {
        document.AsObject().Remove("journeys");
        document["journey"]!["forward"]!["awareness"] = "false";
        document["contact"]!["caps"] = new JsonArray();
        document["actions"] = new JsonArray(
            Action("known", 50, "count('page_viewed') + count('liked') >= 2 or evidence('order')"),
            Action("staged", 40, "stage >= 'discovery' and silence() < 30d"),
            Action("grouped", 30, "in_segment('window_shoppers') or intimacy > 0"),
            Action("plain", 1, "true"));
    });

    [Fact]
    public void Decisions_are_those_of_somebody_of_whom_nothing_is_known_and_their_receipts_say_so_and_recompute()
    {
        var cases = from life in Lives.Lived(40)
                    from page in Gen.Elements("start", "end")
                    select (life, page);
        var (differ, seen) = (0, 0);
        Property.Holds(cases, each =>
        {
            var customer = Lived(each.life);
            var now = Instant.Later(customer.State.Clock, each.life[^1].Now);
            var question = new TurnRequest { Customer = Lives.Someone, Channel = "web", Placements = [.. Places], Properties = Properties.Of(("page", each.page)) };

            var before = Lived(each.life).Answer(question, now).Decisions;
            customer.Answer(Told("do_not_personalise"), now);
            var decisions = customer.Answer(question, now).Decisions;
            var stranger = new LivingCustomer(Knowing).Answer(question, now).Decisions;

            decisions.Select(Said).ShouldBe(stranger.Select(Said));
            foreach (var decision in decisions)
            {
                var receipt = Explained(customer, decision.ReceiptId);
                receipt.Stage.ShouldBe(Stage.Unknown);
                receipt.Candidates.ShouldAllBe(candidate => candidate.Steps[0].Rule == GateRules.DoNotPersonalise && candidate.Steps[0].Ruling == Ruling.Passed);
                receipt.ToText().ShouldContain("for somebody unknown, since the customer doesn't want personalisation, at unknown");
            }

            seen++;
            differ += decisions.Select(Said).SequenceEqual(before.Select(Said)) ? 0 : 1;
        }, times: 100);
        differ.ShouldBeGreaterThan(seen / 2);
    }

    [Fact]
    public void What_was_known_counts_again_once_personalisation_is_allowed()
    {
        var customer = new LivingCustomer(Knowing);
        customer.Answer(Told("liked"), Time.Start);
        customer.Answer(Told("liked"), Time.Start);
        customer.Answer(Told("do_not_personalise") with { Placements = ["account"] }, Time.Start).Decisions.Single().Action.ShouldBe("plain");
        customer.Answer(Told("personalisation_allowed") with { Placements = ["account"] }, Time.Hour(1)).Decisions.Single().Action.ShouldBe("known");
    }

    [Fact]
    public void No_journey_steers_but_what_is_owed_goes_and_says_nothing_of_the_customer()
    {
        var document = JourneyPlaybook.Document(
            JsonNode.Parse(
                """
                { "id": "walk", "trigger": { "interaction": ["a"] }, "start": "first", "steps": {
                    "first": { "decide": "letter", "channel": "mail", "action": "kind", "receiver": "post", "next": "done", "otherwise": "second" },
                    "second": { "decide": "letter", "channel": "mail", "action": "always", "receiver": "post", "next": "done" },
                    "done": { "exit": "completed" } } }
                """)!);
        document["interactions"]!["hush"] = new JsonObject { ["consent"] = "do_not_personalise" };
        document["actions"]!.AsArray().Add(JsonNode.Parse(
            """{ "id": "kind", "purpose": "care", "placements": ["letter"], "propensity": 0.5, "value": 1, "treatments": [{ "id": "t", "content": { "title": "Hello" } }] }"""));
        var customer = new LivingCustomer(Playbook.Parse(System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), 1).Playbook!);
        customer.Answer(Told("ordered"), Time.Start);
        customer.Answer(Told("a"), Time.Start);
        customer.Story.Last().Facts.OfType<MessageLeft>().Single().Step.ShouldBe("first");
        customer.Answer(Told("hush"), Time.Start);
        customer.Answer(Told("a"), Time.Start);

        var turn = customer.Story.Last();
        turn.Facts.OfType<Decided>().Select(decided => decided.Action).ShouldBe([null, "always"]);
        var left = turn.Facts.OfType<MessageLeft>().Single();
        (left.Step, left.Fields).ShouldBe(("second", Properties.Of(("orders", "0"), ("what", "nothing"))));

        var (kind, owed) = (Explained(customer, new ReceiptId(LivingCustomer.Key, turn.Version, 0)), Explained(customer, new ReceiptId(LivingCustomer.Key, turn.Version, 1)));
        var candidate = kind.Candidates.Single();
        (candidate.Verdict, candidate.Rule).ShouldBe((Verdict.Ineligible, GateRules.DoNotPersonalise));
        candidate.Needed.ShouldBe("the customer would have to allow personalisation again: a journey decides by what is known");
        owed.Candidates.Single().Steps[0].ShouldBe(owed.Candidates.Single().Steps[0] with { Rule = GateRules.DoNotPersonalise, Ruling = Ruling.Bypassed });
    }

    private static JsonNode Action(string id, double value, string applicable) => JsonNode.Parse(
        $$"""
        {
          "id": "{{id}}", "purpose": "inform", "placements": ["account", "home_hero"], "applicable": "{{applicable}}",
          "propensity": "if(orders >= 1, 0.5, 0.25)", "value": {{value}},
          "context": [{ "when": "involvement >= 1", "percent": 50 }],
          "treatments": [
            { "id": "again", "when": "active_days(30d) >= 1", "content": { "title": "Again" } },
            { "id": "hello", "content": { "title": "{{"{{orders}} {{page}}"}}" },
              "variables": { "orders": { "value": "orders", "fallback": "no" }, "page": { "value": "property('page')", "fallback": "none" } } }
          ]
        }
        """)!;

    private static LivingCustomer Lived(IEnumerable<Asked> life)
    {
        var customer = new LivingCustomer(Knowing);
        foreach (var lived in life)
        {
            customer.Ask(lived.Request, lived.Now);
        }

        return customer;
    }

    private static Receipt Explained(LivingCustomer customer, ReceiptId id)
    {
        var turn = customer.Story.ElementAt((int)id.Version - 1);
        var receipt = Customer.Explain(customer.Replayed(id.Version - 1), turn, id.Index, customer.Playbook);
        var again = Customer.Explain(StateFormat.Read(LivingCustomer.BytesOf(customer.Replayed(id.Version - 1)), LivingCustomer.Key), turn, id.Index, customer.Playbook);
        again.ToBytes().ShouldBe(receipt.ToBytes());
        return receipt;
    }

    private static string Said(Decision decision) =>
        $"{decision.Placement}: {decision.Action}/{decision.Treatment} {decision.Priority} {decision.Likelihood} {string.Join(", ", Enumerable.Range(0, decision.Variables.Count).Select(i => decision.Variables[i]))}";

    private static TurnRequest Told(string type) => new() { Customer = Lives.Someone, Id = $"{Guid.NewGuid()}", Type = type, Channel = "web" };
}
