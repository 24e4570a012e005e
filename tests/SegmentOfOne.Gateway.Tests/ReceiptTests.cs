using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>What a marketer reads of a decision, and what channels hear of touches. By day, when no hours are quiet.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2030, 6, 3, 11, 0, 0, TimeSpan.Zero));

    private readonly RunningGateway _gateway = new();

    public Task InitializeAsync() => _gateway.Start(new() { Clock = Noon });

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_receipt_is_a_tree_of_why_and_why_not_with_what_was_read_and_what_was_needed()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "order_completed", ("order_id", Value.ForString("A-1")), ("total", Value.ForString("10.00"))));
        var reply = await Decide("ada", "email", "email");

        var receipt = await Receipt(reply.Decisions[0].ReceiptId);
        var thanks = receipt.Candidates.Single(candidate => candidate.Action == "thank_you");
        (thanks.Purpose, thanks.FailedGate, thanks.Rule).ShouldBe(("care", "eligibility", "consent_on_channel"));
        thanks.Needed.ShouldContain("the customer would have to allow this channel");
        var consent = thanks.Steps.Single(step => step.Rule == "consent_on_channel");
        (consent.Gate, consent.Ruling).ShouldBe(("eligibility", "failed"));
        consent.Facts.ShouldHaveSingleItem().ShouldBe(new V1.FactRead { Name = "consent on email", Value = "not given, and needed" });
        thanks.Steps.Single(step => step.Gate == "applicability").Facts.ShouldHaveSingleItem().Name.ShouldBe("since_last(\"order_completed\")");
        thanks.Steps.Select(step => step.Gate).Distinct().ShouldBe(["eligibility", "applicability", "contact_policy", "arbitration", "treatment"]);

        var owed = receipt.Candidates.Single(candidate => candidate.Chosen);
        (owed.Action, owed.Needed).ShouldBe(("where_is_my_order", ""));
        owed.Steps.Single(step => step.Rule == "consent_on_channel").ShouldSatisfyAllConditions(
            step => step.Ruling.ShouldBe("bypassed"),
            step => step.Remark.ShouldContain("transactional"));
        (receipt.Direction, receipt.TouchChannel, receipt.Decision.Purpose).ShouldBe(("outbound", "email", "serve"));
        receipt.Decision.HeldUntil.ShouldBe(reply.Decisions[0].HeldUntil);

        receipt.Text.ShouldStartWith("email: where_is_my_order/track\n");
        receipt.Text.ShouldContain("\n  thank_you, to care, is not allowed\n");
        receipt.Text.ShouldContain("needed: the customer would have to allow this channel");
    }

    [Fact]
    public async Task The_admin_endpoint_gives_the_tree_as_plain_text()
    {
        var request = ExperienceCalls.Interaction("ada", "1");
        request.Placements.Add("home_hero");
        var receipt = (await _gateway.Interact(request)).Decisions[0].ReceiptId;

        var response = await _gateway.Http.GetAsync($"/admin/v1/receipts/{receipt}");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        (await response.Content.ReadAsStringAsync()).ShouldBe((await Receipt(receipt)).Text);
        (await _gateway.Http.GetAsync($"/admin/v1/receipts/{new string('0', 32)}.1.0")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await _gateway.Http.GetAsync("/admin/v1/receipts/mine")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_is_withdrawn_stands_in_the_reply_that_withdraws_it_and_in_the_customer()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "consent_given", ("channel", Value.ForString("email"))));
        var reserved = (await Decide("ada", "email", "email")).Decisions.ShouldHaveSingleItem();
        reserved.Action.ShouldNotBeEmpty();
        reserved.HeldUntil.ShouldNotBeNull();
        var touch = (await _gateway.Customer("ada")).Contact.Touches.ShouldHaveSingleItem();
        (touch.ReceiptId, touch.Action, touch.Status, touch.Direction, touch.HeldUntil).ShouldBe((reserved.ReceiptId, reserved.Action, "reserved", "outbound", reserved.HeldUntil));

        var response = await _gateway.Post("/v1/interact", """
            {"customer": {"kind": "user_id", "value": "ada"}, "interaction_id": "2", "type": "do_not_contact", "channel": "web"}
            """);
        var reply = await RunningGateway.Body(response);
        reply["withdrawn"]!.AsArray().Select(one => (string?)one).ShouldBe([reserved.ReceiptId]);

        var contact = (await _gateway.Get("/v1/customers/user_id/ada"))["contact"]!;
        ((bool?)contact["do_not_contact"]).ShouldBe(true);
        var withdrawn = contact["touches"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)withdrawn["status"], withdrawn["held_until"]).ShouldBe(("withdrawn", (JsonNode?)null));

        // Once only: what comes after withdraws nothing again, and the repeat says it again.
        (await _gateway.Interact(ExperienceCalls.Interaction("ada", "3"))).Withdrawn.ShouldBeEmpty();
        (await _gateway.Interact(ExperienceCalls.Interaction("ada", "2", "do_not_contact"))).Withdrawn.ShouldBe([reserved.ReceiptId]);
    }

    [Fact]
    public async Task What_channels_report_is_the_status_of_a_touch()
    {
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "1", "consent_given", ("channel", Value.ForString("email"))));
        var receipt = Value.ForString((await Decide("ada", "email", "email")).Decisions[0].ReceiptId);
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "2", "bounced", ("receipt_id", receipt)));
        (await Touch()).Status.ShouldBe("bounced");
        await _gateway.Interact(ExperienceCalls.Interaction("ada", "3", "seen", ("receipt_id", receipt)));
        (await Touch()).Status.ShouldBe("delivered");
        (await Touch()).Reports.ShouldBe(["bounced", "seen"]);
        (await _gateway.Customer("ada")).Contact.Delivered.ShouldBe(1ul);

        async Task<V1.Touch> Touch() => (await _gateway.Customer("ada")).Contact.Touches.ShouldHaveSingleItem();
    }

    private ValueTask<V1.Receipt> Receipt(string id) => _gateway.Grpc.UnaryAsync(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = id }, default);

    private ValueTask<V1.DecideReply> Decide(string user, string channel, string placement)
    {
        var request = new V1.DecideRequest { Customer = ExperienceCalls.User(user), Channel = channel };
        request.Placements.Add(placement);
        return _gateway.Grpc.UnaryAsync(ExperienceCalls.Decide, request, default);
    }
}
