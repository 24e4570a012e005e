using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.WhatIfs;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

public sealed class ShopYearReplayTests(ReplayedYear year) : IClassFixture<ReplayedYear>
{
    [ShopClockFact]
    public void The_service_has_every_turn_customer_order_and_return_with_its_exact_worth()
    {
        year.FirstReplay.ExitCode.ShouldBe(0, year.FirstReplay.Output);
        year.FirstReplay.Output.ShouldContain("420,114 new, 0 known already");
        year.FirstReplay.Output.ShouldContain("skipped: 135,080 lines of 3,710 guests' invoices");

        var overview = year.Overviews[0];
        (Count(overview, "turns") - Count(overview, "clock_turns")).ShouldBe(420_114);
        Count(overview, "clock_turns").ShouldBeGreaterThan(20_000);
        Text(overview, "customers").ShouldBe("4372");
        var money = overview["money"]!;
        (Text(money, "orders"), Text(money, "revenue"), Text(money, "returns"), Text(money, "returned")).ShouldBe(("18536", "8911407.904", "3654", "-611342.09"));
    }

    [ShopClockFact]
    public void The_turns_of_every_customer_add_up_to_its_state_and_are_those_of_the_file()
    {
        year.Verification.ExitCode.ShouldBe(0, year.Verification.Output);
        year.Verification.Output.ShouldMatch(
            "4,372 customers, [0-9,]+ turns, [0-9,]+ of them because something had become due: 0 customers contradict their turns or the file; stages balance");
    }

    [ShopClockFact]
    public void In_every_stage_inflow_minus_outflow_is_occupancy()
    {
        var stages = year.Overviews[0]["by_stage"]!.AsArray();
        foreach (JsonNode stage in stages.OfType<JsonNode>())
        {
            (Count(stage, "inflow") - Count(stage, "outflow")).ShouldBe(Count(stage, "customers"), Text(stage, "stage"));
        }
        stages.Sum(stage => Count(stage!, "customers")).ShouldBe(4_372);
    }

    [ShopClockFact]
    public void In_every_journey_and_at_every_step_entered_is_inside_and_ended()
    {
        year.Journeys.Select(paths => Text(paths["totals"]!, "id")).ShouldBe(["abandoned_cart", "post_purchase_care", "recovery", "welcome", "win_back"], ignoreOrder: true);
        foreach (var paths in year.Journeys)
        {
            var totals = paths["totals"]!;
            Count(totals, "entered").ShouldBe(
                Count(totals, "inside") + Count(totals, "converted") + Count(totals, "completed") + Count(totals, "exited") + Count(totals, "broken"), Text(totals, "id"));
            Count(totals, "broken").ShouldBe(0);
            var (nodes, links) = (Of(paths, "nodes"), Of(paths, "links"));
            links.Where(link => Text(link, "from").Length == 0).Sum(link => Count(link, "count")).ShouldBe(Count(totals, "entered"));
            nodes.Sum(node => Count(node, "inside")).ShouldBe(Count(totals, "inside"));
            foreach (var node in nodes)
            {
                var step = Text(node, "step");
                links.Where(link => Text(link, "to") == step).Sum(link => Count(link, "count")).ShouldBe(Count(node, "arrivals"), step);
                links.Where(link => Text(link, "from") == step).Sum(link => Count(link, "count")).ShouldBe(Count(node, "leaves"), step);
                (Count(node, "arrivals") - Count(node, "leaves")).ShouldBe(Count(node, "inside"), step);
            }
        }

        // Whatever may let in lets in or is said to have been barred.
        Triggers("post_purchase_care").ShouldBe(18_536);
        Triggers("abandoned_cart").ShouldBe(397_924);
    }

    /// <summary>The sums are over facts; the customers are in memory.</summary>
    [ShopClockFact]
    public async Task Who_is_inside_by_the_sums_is_who_is_inside_by_the_customers()
    {
        Dictionary<string, long> inSegments = [], atSteps = [];
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(year.Engine, default);
        foreach (var customer in ShopYear.Of(ShopFile.Read(ShopDataFactAttribute.File)).Customers)
        {
            var state = (await engine.Get(new Identifier("user_id", customer), asOf: null, default)).ShouldNotBeNull().State;
            foreach (var stay in state.Segments.Stays.ToArray())
            {
                inSegments[stay.Segment] = inSegments.GetValueOrDefault(stay.Segment) + 1;
            }
            foreach (var run in state.Journeys.Runs.ToArray())
            {
                atSteps[$"{run.Journey}/{run.Step}"] = atSteps.GetValueOrDefault($"{run.Journey}/{run.Step}") + 1;
            }
        }
        var segments = Of(year.Overviews[2], "segments");
        foreach (var segment in segments)
        {
            (Count(segment, "entered") - Count(segment, "left")).ShouldBe(Count(segment, "customers"), Text(segment, "name"));
        }
        segments.Where(segment => Count(segment, "customers") > 0).ToDictionary(segment => Text(segment, "name"), segment => Count(segment, "customers")).ShouldBe(inSegments, ignoreOrder: true);
        segments.Single(segment => Text(segment, "name") == "regulars").ShouldSatisfyAllConditions(
            regulars => Count(regulars, "customers").ShouldBeGreaterThan(100), regulars => Count(regulars, "left").ShouldBeGreaterThan(100));
        year.Journeys.SelectMany(paths => Of(paths, "nodes").Select(node => ($"{Text(paths["totals"]!, "id")}/{Text(node, "step")}", Count(node, "inside"))))
            .Where(node => node.Item2 > 0).ToDictionary(node => node.Item1, node => node.Item2).ShouldBe(atSteps, ignoreOrder: true);
    }

    [ShopClockFact]
    public void After_a_restart_the_overview_is_the_same()
    {
        year.ExitCodes[0].ShouldBe(0);
        JsonNode.DeepEquals(year.Overviews[1], year.Overviews[0]).ShouldBeTrue($"{year.Overviews[0]}\nis not\n{year.Overviews[1]}");
    }

    [ShopClockFact]
    public void Replayed_again_there_is_not_one_new_turn()
    {
        year.SecondReplay.ExitCode.ShouldBe(0, year.SecondReplay.Output);
        year.SecondReplay.Output.ShouldContain("0 new, 420,114 known already");
        JsonNode.DeepEquals(year.Overviews[2], year.Overviews[0]).ShouldBeTrue($"{year.Overviews[0]}\nis not\n{year.Overviews[2]}");
    }

    [ShopClockFact]
    public async Task For_every_customer_the_fold_of_the_journal_is_the_live_state_bit_for_bit()
    {
        year.ExitCodes[1].ShouldBe(0);
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(year.Engine, default);
        var customers = ShopYear.Of(ShopFile.Read(ShopDataFactAttribute.File)).Customers;
        long turns = 0;
        foreach (var customer in customers)
        {
            var identifier = new Identifier("user_id", customer);
            var live = (await engine.Get(identifier, asOf: null, default)).ShouldNotBeNull().State;
            var folded = new CustomerState(live.Key);
            for (long? after = 0; after is not null;)
            {
                var page = (await engine.Turns(identifier, newestFirst: false, after, TurnPage.MaxLimit, default)).ShouldNotBeNull();
                foreach (Turn turn in page.Turns)
                {
                    Customer.Evolve(folded, turn);
                    turns++;
                }
                after = page.Next;
            }
            StateFormat.ToBytes(folded).ShouldBe(StateFormat.ToBytes(live), $"customer {customer}");
        }
        (customers.Count, turns).ShouldBe((4_372, Count(year.Overviews[2], "turns")));
    }

    [ShopClockFact]
    public async Task Every_receipt_recomputes_byte_for_byte_after_restarts_and_two_changes_of_the_playbook()
    {
        year.ExitCodes[1].ShouldBe(0);
        year.Receipts.Count.ShouldBe(Count(year.Overviews[0]["touches"]!, "decisions"));
        year.Receipts.Count.ShouldBeGreaterThan(420_114 + 18_536);
        foreach (var change in (Action<JsonObject>[])[action => action["propensity"] = 0.01, action => action["placements"] = new JsonArray("email")])
        {
            await using EmbeddedEngine changed = await EmbeddedEngine.Open(year.Engine with { Playbook = Changed(change) }, default);
        }
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(year.Engine, default);
        engine.Playbooks.InForce.Playbook.Version.ShouldBe(3);
        var again = await ShopReceipts.Of(engine);
        again.Count.ShouldBe(year.Receipts.Count);
        again.Hashes.ShouldBe(year.Receipts.Hashes);
    }

    /// <summary>The default playbook without its journeys and with something changed in every action.</summary>
    private static byte[] Changed(Action<JsonObject> change)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document.AsObject().Remove("journeys").ShouldBeTrue();
        foreach (var action in document["actions"]!.AsArray())
        {
            change(action!.AsObject());
        }
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>Carried on: one decision that differed would leave its mark on all after it.</summary>
    [ShopClockFact]
    public async Task Under_the_same_playbook_no_decision_of_the_year_differs()
    {
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(year.Engine, default);
        var decidedBy = (await engine.Playbooks.Get(1, default)).ShouldNotBeNull().Playbook;
        WhatIfResult? result = null;
        await foreach (var step in engine.WhatIf(new WhatIfQuestion(decidedBy) { Sample = WhatIfQuestion.MaxSample, Carry = true }, default))
        {
            result = (step as WhatIfEvent.Result)?.Totals;
        }
        result.ShouldNotBeNull();
        (result.Customers, result.Turns, result.Decisions).ShouldBe((4_372, Count(year.Overviews[2], "turns"), 420_114));
        (result.Different, result.Reweighed, result.LeftOut).ShouldBe((0, 0, 0));
        result.After.Actions.ShouldBe(result.Before.Actions, ignoreOrder: true);
    }

    private long Triggers(string journey)
    {
        var totals = year.Journeys.Select(paths => paths["totals"]!).Single(totals => Text(totals, "id") == journey);
        return Count(totals, "entered") + totals["barred"]!.AsObject().Sum(rule => long.Parse((string)rule.Value!));
    }

    private static JsonNode[] Of(JsonNode node, string name) => [.. node[name]!.AsArray().OfType<JsonNode>()];

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static long Count(JsonNode node, string name) => long.Parse(Text(node, name));
}
