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
    [ShopDataFact]
    public void The_service_has_every_turn_customer_order_and_return_with_its_exact_worth()
    {
        year.FirstReplay.ExitCode.ShouldBe(0, year.FirstReplay.Output);
        year.FirstReplay.Output.ShouldContain("420,114 new, 0 known already");
        year.FirstReplay.Output.ShouldContain("skipped: 135,080 lines of 3,710 guests' invoices");

        var overview = year.Overviews[0];
        Text(overview, "turns").ShouldBe("420114");
        Text(overview, "customers").ShouldBe("4372");
        var money = overview["money"]!;
        (Text(money, "orders"), Text(money, "revenue"), Text(money, "returns"), Text(money, "returned")).ShouldBe(("18536", "8911407.904", "3654", "-611342.09"));
    }

    [ShopDataFact]
    public void The_turns_of_every_customer_add_up_to_its_state_and_are_those_of_the_file()
    {
        year.Verification.ExitCode.ShouldBe(0, year.Verification.Output);
        year.Verification.Output.ShouldContain("4,372 customers, 420,114 turns: 0 customers contradict their turns or the file; stages balance");
    }

    [ShopDataFact]
    public void In_every_stage_inflow_minus_outflow_is_occupancy()
    {
        var stages = year.Overviews[0]["by_stage"]!.AsArray();
        foreach (JsonNode stage in stages.OfType<JsonNode>())
        {
            (Count(stage, "inflow") - Count(stage, "outflow")).ShouldBe(Count(stage, "customers"), Text(stage, "stage"));
        }
        stages.Sum(stage => Count(stage!, "customers")).ShouldBe(4_372);
    }

    [ShopDataFact]
    public void After_a_restart_the_overview_is_the_same()
    {
        year.ExitCodes[0].ShouldBe(0);
        JsonNode.DeepEquals(year.Overviews[1], year.Overviews[0]).ShouldBeTrue($"{year.Overviews[0]}\nis not\n{year.Overviews[1]}");
    }

    [ShopDataFact]
    public void Replayed_again_there_is_not_one_new_turn()
    {
        year.SecondReplay.ExitCode.ShouldBe(0, year.SecondReplay.Output);
        year.SecondReplay.Output.ShouldContain("0 new, 420,114 known already");
        JsonNode.DeepEquals(year.Overviews[2], year.Overviews[0]).ShouldBeTrue($"{year.Overviews[0]}\nis not\n{year.Overviews[2]}");
    }

    [ShopDataFact]
    public async Task For_every_customer_the_fold_of_the_journal_is_the_live_state_bit_for_bit()
    {
        year.ExitCodes[1].ShouldBe(0);
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = year.Data }, default);
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
        (customers.Count, turns).ShouldBe((4_372, 420_114));
    }

    [ShopDataFact]
    public async Task Every_receipt_recomputes_byte_for_byte_after_restarts_and_two_changes_of_the_playbook()
    {
        year.ExitCodes[1].ShouldBe(0);
        year.Receipts.Count.ShouldBe(420_114);
        foreach (var change in (Action<JsonObject>[])[action => action["propensity"] = 0.01, action => action["placements"] = new JsonArray("email")])
        {
            await using EmbeddedEngine changed = await EmbeddedEngine.Open(new EngineOptions { DataFolder = year.Data, Playbook = Changed(change) }, default);
        }
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = year.Data }, default);
        engine.Playbooks.InForce.Playbook.Version.ShouldBe(3);
        var again = await ShopReceipts.Of(engine);
        again.Count.ShouldBe(year.Receipts.Count);
        again.Hashes.ShouldBe(year.Receipts.Hashes);
    }

    /// <summary>The default playbook with something changed in every action.</summary>
    private static byte[] Changed(Action<JsonObject> change)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        foreach (var action in document["actions"]!.AsArray())
        {
            change(action!.AsObject());
        }
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>Carried on: one decision that differed would leave its mark on all after it.</summary>
    [ShopDataFact]
    public async Task Under_the_same_playbook_no_decision_of_the_year_differs()
    {
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = year.Data }, default);
        var decidedBy = (await engine.Playbooks.Get(1, default)).ShouldNotBeNull().Playbook;
        WhatIfResult? result = null;
        await foreach (var step in engine.WhatIf(new WhatIfQuestion(decidedBy) { Sample = WhatIfQuestion.MaxSample, Carry = true }, default))
        {
            result = (step as WhatIfEvent.Result)?.Totals;
        }
        result.ShouldNotBeNull();
        (result.Customers, result.Turns, result.Decisions).ShouldBe((4_372, 420_114, 420_114));
        (result.Different, result.Reweighed, result.LeftOut).ShouldBe((0, 0, 0));
        result.After.Actions.ShouldBe(result.Before.Actions, ignoreOrder: true);
    }

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static long Count(JsonNode node, string name) => long.Parse(Text(node, name));
}
