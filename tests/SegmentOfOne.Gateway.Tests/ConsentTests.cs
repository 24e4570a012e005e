using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>What a customer says about what we may do, and what follows, as callers and marketers see it. By day, when no hours are quiet.</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2030, 6, 3, 11, 0, 0, TimeSpan.Zero));

    private readonly RunningGateway _gateway = new();

    public Task InitializeAsync() => _gateway.Start(new() { Clock = Noon });

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_consent_is_shown_with_where_it_comes_from_wherever_the_customer_is_shown()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "consent_given",
            ("channel", Value.ForString("email")), ("source", Value.ForString("paper form")), ("proof", Value.ForString("scan-17")), ("policy_version", Value.ForNumber(3))));
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "2", "consent_denied", ("purpose", Value.ForString("sell"))));

        var consents = (await _gateway.Customer("ada")).Consents;
        consents.Select(each => (each.About, each.Purpose, each.Channel, each.Status, each.Source, each.Proof, each.PolicyVersion)).ShouldBe(
        [
            ("purpose", "sell", "", "denied", "web", "", ""),
            ("channel", "", "email", "granted", "paper form", "scan-17", "3"),
        ]);

        var told = (await _gateway.Get("/v1/customers/user_id/ada/turns"))["turns"]!.AsArray().SelectMany(turn => turn!["facts"]!.AsArray())
            .Single(fact => (string?)fact!["name"] == "consent_told" && (string?)fact["attributes"]!["status"] == "granted")!["attributes"]!;
        ((string?)told["source"], (string?)told["proof"], (string?)told["policy_version"]).ShouldBe(("paper form", "scan-17", "3"));
        foreach (var (path, member) in new[] { ("/v1/customers/user_id/ada", ""), ("/admin/v1/customers/user_id/ada", "customer"), ("/admin/v1/customers/user_id/ada/export", "customer") })
        {
            var shown = await _gateway.Get(path);
            var customer = shown.TryGetPropertyValue("consents", out _) ? shown : (JsonObject)shown[member]!;
            var email = customer["consents"]!.AsArray()[1]!.AsObject();
            email["at"]!.GetValue<string>().ShouldStartWith("2030-06-03T11:00");
            email.Remove("at");
            email.ToJsonString().ShouldBe("""{"about":"channel","purpose":"","channel":"email","status":"granted","source":"paper form","proof":"scan-17","policy_version":"3"}""");
        }
    }

    [Fact]
    public async Task Who_does_not_want_to_be_tracked_is_not_and_it_is_said_and_counted()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "do_not_track"));
        var version = (await _gateway.Customer("ada")).Version;

        (await _gateway.Failure(ExperienceCalls.Interact, ExperienceCalls.Interaction("ada", "2", "page_viewed"))).ShouldBe((StatusCode.InvalidArgument, "do_not_track"));
        var response = await _gateway.Post("/v1/interact",
            """{"customer": {"kind": "user_id", "value": "ada"}, "interaction_id": "3", "type": "products_searched", "channel": "web"}""");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        ((string?)(await RunningGateway.Body(response))["code"]).ShouldBe("do_not_track");

        var customer = await _gateway.Customer("ada");
        (customer.Version, customer.Interactions, customer.Consents.Single().About).ShouldBe((version, 1ul, "tracking"));
        ((string?)(await _gateway.Get("/admin/v1/overview"))["refused"]!["do_not_track"]).ShouldBe("2");

        await _gateway.Interact(ExperienceCalls.Interaction("ada", "4", "order_completed", ("total", Value.ForString("10.00"))));
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "5", "complaint_made"));
        (await _gateway.Customer("ada")).Money.Orders.ShouldBe(1ul);
    }

    [Fact]
    public async Task Who_does_not_want_personalisation_gets_what_anybody_gets_and_the_receipt_says_so()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "order_completed", ("order_id", Value.ForString("A-1")), ("total", Value.ForString("10.00"))));
        (await Decide("ada")).Action.ShouldBe("where_is_my_order");

        await _gateway.Interact(ExperienceCalls.Interaction("ada", "2", "do_not_personalise"));
        var decision = await Decide("ada");
        decision.Action.ShouldBe("keep_me_posted");
        var receipt = await _gateway.Grpc.UnaryAsync(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = decision.ReceiptId }, default);
        receipt.Stage.ShouldBe(V1.Stage.Unknown);
        receipt.Text.ShouldContain("for somebody unknown, since the customer doesn't want personalisation, at unknown");
        var step = receipt.Candidates.Single(candidate => candidate.Chosen).Steps[0];
        (step.Gate, step.Rule, step.Ruling, step.Remark).ShouldBe(("eligibility", "do_not_personalise", "passed", "decided as for somebody of whom nothing is known"));
        step.Facts.Single().Name.ShouldBe("personalisation");

        // What is known is still known, and shown to those who look.
        (await _gateway.Customer("ada")).Stage.ShouldBe(V1.Stage.Purchase);
    }

    private async Task<V1.Decision> Decide(string user)
    {
        var request = new V1.DecideRequest { Customer = ExperienceCalls.User(user), Channel = "web" };
        request.Placements.Add("account");
        return (await _gateway.Grpc.UnaryAsync(ExperienceCalls.Decide, request, default)).Decisions.Single();
    }
}
