using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>The calls of the public contract, in both protocols.</summary>
public sealed class ContractTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task An_interaction_is_answered_with_what_it_changed()
    {
        var request = ExperienceCalls.Interaction("first-visit", "i-1", "product_viewed", ("product_id", Value.ForString("teapot")));
        request.Placements.Add("home_hero");

        var reply = await gateway.Interact(request);

        reply.CustomerKey.ShouldMatch("^[0-9a-f]{32}$");
        reply.Version.ShouldBe(1ul);
        reply.ObservedThrough.ShouldBeGreaterThanOrEqualTo(reply.Version);
        reply.Duplicate.ShouldBeFalse();
        reply.InteractionId.ShouldBe("i-1");
        reply.Stage.ShouldBe(V1.Stage.Awareness);
        // One page view against a kappa of 20: 100 * (1 - 2^(-1/20)).
        reply.Engagement.Involvement.ShouldBe(3.406, 0.001);
        reply.Decisions.Count.ShouldBe(1);
        reply.Decisions[0].Placement.ShouldBe("home_hero");
        reply.Decisions[0].ReceiptId.ShouldBe($"{reply.CustomerKey}.1.0");
    }

    [Fact]
    public async Task The_same_interaction_id_gives_the_first_reply_again()
    {
        var request = ExperienceCalls.Interaction("repeats", "same");
        request.Placements.Add("home_hero");
        var first = await gateway.Interact(request);
        await gateway.Interact(ExperienceCalls.Interaction("repeats", "other"));

        var again = await gateway.Interact(request);

        again.Duplicate.ShouldBeTrue();
        again.Duplicate = false;
        again.ObservedThrough = first.ObservedThrough;
        again.ShouldBe(first);
        (await gateway.Customer("repeats")).Version.ShouldBe(2ul);
    }

    [Fact]
    public async Task A_json_caller_and_a_grpc_caller_get_the_same_answer()
    {
        const string json = """
            {"customer": {"kind": "user_id", "value": "both"}, "interaction_id": "j-1", "type": "order_completed", "channel": "web",
             "occurred_at": "2024-02-29T12:00:00.250Z", "properties": {"order_id": "o-1", "total": 12.5, "gift": true}, "placements": ["order_confirmation"]}
            """;
        var response = await gateway.Post("/v1/interact", json);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var overHttp = JsonParser.Default.Parse<V1.InteractReply>(await response.Content.ReadAsStringAsync());

        // The same request as gRPC is the same interaction: a duplicate, and the same reply.
        var request = JsonParser.Default.Parse<V1.InteractRequest>(json);
        var overGrpc = await gateway.Interact(request);

        overHttp.Duplicate.ShouldBeFalse();
        overGrpc.Duplicate.ShouldBeTrue();
        overGrpc.Duplicate = false;
        overGrpc.ShouldBe(overHttp);
        overHttp.Stage.ShouldBe(V1.Stage.Purchase);

        var both = ExperienceCalls.User("both");
        var later = Timestamp.FromDateTime(new DateTime(2100, 3, 1, 0, 0, 0, DateTimeKind.Utc));
        await Same(
            () => gateway.Get<V1.CustomerState>("/v1/customers/user_id/both?as_of=2100-03-01T00:00:00Z"),
            () => gateway.Grpc.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = both, AsOf = later }, default));
        await Same(
            () => gateway.Get<V1.ListTurnsReply>("/v1/customers/user_id/both/turns"),
            () => gateway.Grpc.UnaryAsync(ExperienceCalls.ListTurns, new V1.ListTurnsRequest { Customer = both }, default));
        var receipt = overHttp.Decisions[0].ReceiptId;
        (await gateway.Get<V1.Receipt>($"/v1/receipts/{receipt}")).ShouldBe(await gateway.Grpc.UnaryAsync(
            ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = receipt }, default));
    }

    /// <summary>What is long over becomes due at once, and its turns may come between the two: then both are asked again.</summary>
    private static async Task Same<T>(Func<Task<T>> overHttp, Func<ValueTask<T>> overGrpc)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (http, grpc) = (await overHttp(), await overGrpc());
            if (Equals(http, grpc) || attempt == 50)
            {
                http.ShouldBe(grpc);
                return;
            }

            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Json_is_understood_in_both_spellings_and_written_as_the_contract_spells()
    {
        var response = await gateway.Post("/v1/interact", """{"customer": {"kind": "user_id", "value": "spelling"}, "interactionId": "s-1", "type": "page_viewed", "channel": "web"}""");
        var body = await RunningGateway.Body(response);
        ((string?)body["interaction_id"]).ShouldBe("s-1");
        body["version"]!.ToJsonString().ShouldBe("\"1\"");
        ((string?)body["stage"]).ShouldBe("AWARENESS");
        ((double)body["engagement"]!["involvement"]!).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Decisions_without_an_interaction_are_a_turn_and_can_be_repeated()
    {
        await gateway.Interact(ExperienceCalls.Interaction("decides", "1"));
        var request = new V1.DecideRequest { Customer = ExperienceCalls.User("decides"), RequestId = "d-1", Channel = "web", Placements = { "home_hero", "cart" } };

        var reply = await gateway.Grpc.UnaryAsync(ExperienceCalls.Decide, request, default);
        var again = await gateway.Grpc.UnaryAsync(ExperienceCalls.Decide, request, default);
        var response = await gateway.Post("/v1/decide", """{"customer": {"kind": "user_id", "value": "decides"}, "channel": "web", "placements": ["home_hero"]}""");

        reply.Version.ShouldBe(2ul);
        reply.RequestId.ShouldBe("d-1");
        reply.Decisions.Select(decision => decision.Placement).ShouldBe(["home_hero", "cart"]);
        again.Duplicate.ShouldBeTrue();
        again.Decisions.ShouldBe(reply.Decisions);
        // Without an id every call is a turn of its own.
        ((string?)(await RunningGateway.Body(response))["version"]).ShouldBe("3");
    }

    [Fact]
    public async Task A_receipt_says_every_candidate_and_why()
    {
        var request = ExperienceCalls.Interaction("receipts", "1");
        request.Placements.Add("home_hero");
        var reply = await gateway.Interact(request);

        var receipt = await gateway.Grpc.UnaryAsync(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = reply.Decisions[0].ReceiptId }, default);

        receipt.Placement.ShouldBe("home_hero");
        receipt.Channel.ShouldBe("web");
        receipt.Stage.ShouldBe(reply.Stage);
        receipt.Candidates.Count.ShouldBeGreaterThan(1);
        var chosen = receipt.Candidates.Single(candidate => candidate.Chosen);
        chosen.Action.ShouldBe(reply.Decisions[0].Action);
        chosen.Priority.ShouldBe(chosen.Likelihood * chosen.Context * chosen.Value * chosen.Lever, 1e-12);
        foreach (var candidate in receipt.Candidates)
        {
            candidate.Eligible.ShouldBe(candidate.FailedGate.Length == 0);
            (candidate.FailedGate is "eligibility" or "applicability" or "suitability" or "contact_policy").ShouldBe(candidate.Rule.Length > 0, candidate.Action);
        }
    }

    [Fact]
    public async Task A_story_is_paged_from_either_end()
    {
        for (var i = 1; i <= 5; i++)
        {
            await gateway.Interact(ExperienceCalls.Interaction("story", $"s-{i}"));
        }

        (await Versions(oldestFirst: true)).ShouldBe([1ul, 2, 3, 4, 5]);
        (await Versions(oldestFirst: false)).ShouldBe([5ul, 4, 3, 2, 1]);

        var first = await gateway.Grpc.UnaryAsync(ExperienceCalls.ListTurns, new V1.ListTurnsRequest { Customer = ExperienceCalls.User("story"), OldestFirst = true, PageSize = 1 }, default);
        first.Turns[0].Facts.Select(fact => fact.Name).ShouldContain("customer_met");
        first.Turns[0].Facts.Single(fact => fact.Name == "interaction_observed").Attributes["type"].StringValue.ShouldBe("product_viewed");

        async Task<List<ulong>> Versions(bool oldestFirst)
        {
            var versions = new List<ulong>();
            var request = new V1.ListTurnsRequest { Customer = ExperienceCalls.User("story"), PageSize = 2, OldestFirst = oldestFirst };
            do
            {
                var page = await gateway.Grpc.UnaryAsync(ExperienceCalls.ListTurns, request, default);
                page.Turns.Count.ShouldBeLessThanOrEqualTo(2);
                versions.AddRange(page.Turns.Select(turn => turn.Version));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);

            return versions;
        }
    }

    [Fact]
    public async Task A_customer_can_be_seen_as_it_was()
    {
        var customer = ExperienceCalls.User("back then");
        ulong version = 0;
        V1.ListTurnsReply story;
        do
        {
            // Until the clock has moved between the first turn and the last.
            await gateway.Interact(ExperienceCalls.Interaction("back then", $"{++version}"));
            story = await gateway.Grpc.UnaryAsync(ExperienceCalls.ListTurns, new V1.ListTurnsRequest { Customer = customer }, default);
        }
        while (story.Turns[0].RecordedAt.Equals(story.Turns[^1].RecordedAt));

        var then = await gateway.Grpc.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = customer, AsOf = story.Turns[1].RecordedAt }, default);
        then.Version.ShouldBe(version - 1);
        then.AsOf.ShouldBe(story.Turns[1].RecordedAt);
        then.Activities.Single().Count.ShouldBe(version - 1);

        var before = story.Turns[^1].RecordedAt - Duration.FromTimeSpan(TimeSpan.FromDays(1));
        (await gateway.Failure(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = customer, AsOf = before })).ShouldBe((StatusCode.NotFound, "customer_not_found"));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("50%")]
    [InlineData("%2F")]
    [InlineData("zwölf+1 &?#")]
    public async Task Any_identifier_can_stand_in_a_path(string user)
    {
        await gateway.Interact(ExperienceCalls.Interaction(user, "1"));
        var customer = await gateway.Get<V1.CustomerState>($"/v1/customers/user_id/{Uri.EscapeDataString(user)}");
        customer.Identifiers[0].Value.ShouldBe(user);
    }

    [Fact]
    public async Task Who_is_not_there_is_not_found_in_either_protocol()
    {
        (await gateway.Failure(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User("nobody") })).ShouldBe((StatusCode.NotFound, "customer_not_found"));
        (await gateway.Failure(ExperienceCalls.ListTurns, new V1.ListTurnsRequest { Customer = ExperienceCalls.User("nobody") })).ShouldBe((StatusCode.NotFound, "customer_not_found"));
        (await gateway.Failure(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = $"{new string('0', 32)}.1.0" })).ShouldBe((StatusCode.NotFound, "receipt_not_found"));

        foreach (var (path, code) in new[] { ("/v1/customers/user_id/nobody", "customer_not_found"), ("/v1/customers/user_id/nobody/turns", "customer_not_found"), ("/v1/nothing", "unknown_path") })
        {
            var response = await gateway.Http.GetAsync(path);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var problem = await RunningGateway.Body(response);
            ((string?)problem["code"]).ShouldBe(code);
            ((string?)problem["type"]).ShouldBe($"urn:segmentofone:problem:{code}");
            ((int)problem["status"]!).ShouldBe(404);
            ((string?)problem["detail"]).ShouldNotBeNullOrEmpty();
            ((string?)problem["title"]).ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void Every_stage_has_the_same_name_on_the_wire()
    {
        foreach (var stage in System.Enum.GetValues<Domain.Stage>())
        {
            Wire.ToWire(stage).ToString().ShouldBe(stage.ToString());
        }
    }
}
