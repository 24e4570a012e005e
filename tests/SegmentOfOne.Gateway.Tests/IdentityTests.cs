using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Who is who, as callers and marketers see it.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private readonly RunningGateway _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_visitor_signs_in_is_known_by_both_names_and_parted_again()
    {
        for (var item = 0; item < 3; item++)
        {
            await Told("d1", $"v{item}", "product_viewed", ("product_id", Value.ForString($"lamp-{item}")));
        }

        await _gateway.Interact(ExperienceCalls.Interaction("ada", "o", "order_completed", ("total", Value.ForString("12.50")), ("order_id", Value.ForString("A"))));
        var signIn = Request("d1", "s", "signed_in", ("user_id", Value.ForString("ada")));
        signIn.Placements.Add("home_hero");
        var reply = await _gateway.Interact(signIn);
        reply.Stage.ShouldBe(V1.Stage.Purchase);
        reply.Decisions.Count.ShouldBe(1);

        var ada = await _gateway.Customer("ada");
        ada.CustomerKey.ShouldBe(reply.CustomerKey);
        ada.Identifiers.Select(name => $"{name.Kind} {name.Value}").ShouldBe(["user_id ada", "anonymous_id d1"]);
        ada.Parts.Single().Into.ShouldBe(ada.CustomerKey);
        var visitor = await _gateway.Get("/v1/customers/anonymous_id/d1");
        ((string?)visitor["customer_key"]).ShouldBe(ada.CustomerKey);
        ((string?)visitor["interactions"]).ShouldBe("5");
        var facts = (await _gateway.Get("/v1/customers/anonymous_id/d1/turns"))["turns"]!.AsArray()
            .SelectMany(turn => turn!["facts"]!.AsArray()).Select(fact => (string?)fact!["name"]).ToList();
        facts.ShouldContain("part_taken");
        facts.ShouldContain("came_by");

        // Exported, both stories are there.
        var export = await _gateway.Get("/admin/v1/customers/user_id/ada/export");
        var whole = JsonParser.Default.Parse<Admin.V1.CustomerExport>(export.ToJsonString());
        whole.Parts.Single().Turns.SelectMany(turn => turn.Facts).Count(fact => fact.Name == "interaction_observed").ShouldBe(3);

        // What the default playbook wants of nobody in particular, and of too many, is refused and counted.
        await Told("d1", "s2", "signed_in", ("user_id", Value.ForString("bo")));
        await Told("d1", "s3", "signed_in", ("user_id", Value.ForString("NULL")));
        await Eventually(async () =>
        {
            var overview = await _gateway.Get("/admin/v1/overview");
            ((string?)overview["customers"], (string?)overview["merges"]).ShouldBe(("1", "1"));
            overview["claims_refused"]!.AsObject().ToDictionary(refused => refused.Key, refused => (string?)refused.Value)
                .ShouldBe(new Dictionary<string, string?> { ["limit"] = "1", ["blocked"] = "1" }, ignoreOrder: true);
            (await _gateway.Get("/admin/v1/customers"))["customers"]!.AsArray().Count.ShouldBe(1);
        });

        var parted = await _gateway.Post("/admin/v1/customers/anonymous_id/d1/unmerge", "");
        parted.StatusCode.ShouldBe(HttpStatusCode.OK);
        var answer = await RunningGateway.Body(parted);
        ((string?)answer["customer_key"]).ShouldBe(ada.CustomerKey);
        ((string?)(await _gateway.Get("/v1/customers/anonymous_id/d1"))["customer_key"]).ShouldBe((string?)answer["part"]);
        (await _gateway.Customer("ada")).Interactions.ShouldBe(1ul);
        ((string?)(await _gateway.Get("/v1/customers/anonymous_id/d1"))["interactions"]).ShouldBe("6");
        await Eventually(async () => ((string?)(await _gateway.Get("/admin/v1/overview"))["unmerges"]).ShouldBe("1"));
    }

    [Fact]
    public async Task Merging_by_hand_says_why_not()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1"));
        await _gateway.Interact(ExperienceCalls.Interaction("bo", "1"));
        await Told("d1", "1", "page_viewed");
        (await Merge("user_id/ada", "user_id", "bo")).ShouldBe((HttpStatusCode.Conflict, "merge_limit"));
        (await Merge("user_id/ada", "user_id", "none")).ShouldBe((HttpStatusCode.NotFound, "customer_not_found"));
        (await Merge("user_id/ada", "", "")).ShouldBe((HttpStatusCode.BadRequest, "customer_missing"));
        (await Problem(await _gateway.Post("/admin/v1/customers/user_id/ada/unmerge", ""))).ShouldBe((HttpStatusCode.Conflict, "unmerge_not_merged"));
        (await Problem(await _gateway.Post("/admin/v1/customers/user_id/none/unmerge", ""))).ShouldBe((HttpStatusCode.NotFound, "customer_not_found"));

        var merged = await _gateway.Post("/admin/v1/customers/anonymous_id/d1/merge", """{"with": {"kind": "user_id", "value": "ada"}}""");
        merged.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((string?)(await RunningGateway.Body(merged))["customer_key"]).ShouldBe((await _gateway.Customer("ada")).CustomerKey);
        var again = await RunningGateway.Body(await _gateway.Post("/admin/v1/customers/anonymous_id/d1/merge", """{"with": {"kind": "user_id", "value": "ada"}}"""));
        ((bool?)again["already_one"]).ShouldBe(true);
    }

    private static V1.InteractRequest Request(string device, string id, string type, params (string Name, Value Value)[] properties)
    {
        var request = ExperienceCalls.Interaction("", id, type, properties);
        request.Customer = new V1.Identifier { Kind = "anonymous_id", Value = device };
        return request;
    }

    private async Task Told(string device, string id, string type, params (string Name, Value Value)[] properties) =>
        (await _gateway.Interact(Request(device, id, type, properties))).Duplicate.ShouldBeFalse();

    private async Task<(HttpStatusCode Status, string? Code)> Merge(string customer, string kind, string value) => await Problem(
        await _gateway.Post($"/admin/v1/customers/{customer}/merge", new JsonObject { ["with"] = new JsonObject { ["kind"] = kind, ["value"] = value } }.ToJsonString()));

    private static async Task<(HttpStatusCode Status, string? Code)> Problem(HttpResponseMessage response) =>
        (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]);

    /// <summary>Lists and sums follow the turns by a moment.</summary>
    private static async Task Eventually(Func<Task> holds)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await holds();
                return;
            }
            catch (ShouldAssertException) when (attempt < 300)
            {
                await Task.Delay(100);
            }
        }
    }
}
