using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Outbox;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests.Outbox;

/// <summary>What receivers get of a gateway, and what its admin endpoint says of it.</summary>
public sealed class OutboxEndpointTests : IAsyncLifetime, IDisposable
{
    private const string Path = "/admin/v1/outbox";

    private readonly RunningGateway _gateway = new();
    private readonly WebhookReceiver _good = new();
    private readonly WebhookReceiver _bad = new();

    public Task InitializeAsync() => Start(MessageShop.Source);

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _good.Dispose();
        _bad.Dispose();
    }

    [Fact]
    public async Task A_case_says_whom_it_is_about_and_why()
    {
        var reply = await _gateway.Interact(ExperienceCalls.Interaction("Ann & \"Bo\"", "1", MessageShop.ForGood));
        var got = (await _good.Wait(1))[0];
        got.Id.ShouldBe($"{reply.CustomerKey}.1.0");
        got.IsSignedBy(WebhookReceiver.Secret).ShouldBeTrue();
        var body = JsonNode.Parse(got.Body)!.AsObject();
        DateTimeOffset.Parse((string)body["occurred_at"]!).ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        body.Remove("occurred_at");
        body.ToJsonString().ShouldBe(JsonNode.Parse(
            $$"""
            {
              "id": "{{reply.CustomerKey}}.1.0", "type": "case",
              "customer": { "key": "{{reply.CustomerKey}}", "identifiers": [{ "kind": "user_id", "value": "Ann & \"Bo\"" }] },
              "journey": "good_case", "run": 1, "step": "say", "playbook": 1, "case": { "reason": "Seen" }
            }
            """)!.ToJsonString());
    }

    [Fact]
    public async Task A_touch_says_everything_filled_in_and_its_receipt_is_there()
    {
        var reply = await _gateway.Interact(ExperienceCalls.Interaction("ann", "1", MessageShop.Hello));
        var body = JsonNode.Parse((await _good.Wait(1))[0].Body)!;
        ((string?)body["type"], (string?)body["channel"], (string?)body["journey"]).ShouldBe(("touch", "email", "hello"));
        var decision = body["decision"]!;
        ((string?)decision["placement"], (string?)decision["action"], (string?)decision["treatment"]).ShouldBe(("letter", "hello", "plain"));
        ((string?)decision["content"]!["subject"], (string?)decision["content"]!["text"]).ShouldBe(("Hello", "Hello friend, <b>again</b>"));
        decision["held_until"].ShouldNotBeNull();
        ((string?)decision["receipt_id"]).ShouldBe($"{reply.CustomerKey}.1.0");
        var receipt = await _gateway.Http.GetStringAsync($"/admin/v1/receipts/{decision["receipt_id"]}");
        receipt.ShouldContain("hello");
    }

    [Fact]
    public async Task What_was_made_stays_the_same_across_playbooks_and_restarts()
    {
        _good.Answer = _ => 500;
        await _gateway.Interact(ExperienceCalls.Interaction("ann", "1", MessageShop.Hello));
        await _good.Wait(1);
        await _gateway.Stop();
        await Start(MessageShop.Write("Something else"));
        _good.Answer = _ => null;
        var got = await _good.Wait(_good.Count + 1);
        got.Select(each => (each.Id, each.Text)).Distinct().ShouldHaveSingleItem();
        await Until(async () => (string?)(await Receiver("good"))["delivered"] == "1");
    }

    [Fact]
    public async Task Dead_ones_are_seen_and_sent_again_one_by_one_or_all()
    {
        _bad.Answer = _ => 410;
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await _gateway.Interact(ExperienceCalls.Interaction($"ann{i}", "1", MessageShop.ForBad))).CustomerKey + ".1.0");
        }

        await Until(async () => (string?)(await Receiver("bad"))["dead"] == "3");
        var receiver = await Receiver("bad");
        ((bool?)receiver["has_address"], (string?)receiver["waiting"], (string?)receiver["last_failure"]).ShouldBe((true, "0", "status_410"));
        var list = await _gateway.Get($"{Path}/messages?receiver=bad&status=dead&limit=2");
        list["messages"]!.AsArray().Count.ShouldBe(2);
        var rest = await _gateway.Get($"{Path}/messages?receiver=bad&status=dead&limit=2&cursor={list["next_cursor"]}");
        var all = list["messages"]!.AsArray().Concat(rest["messages"]!.AsArray()).ToList();
        all.Select(message => (string?)message!["id"]).Order().ShouldBe(ids.Order());
        all.ShouldAllBe(message => (string?)message!["step"] == "say" && (int?)message["attempts"] == 1 && (string?)message["type"] == "case");
        var text = list.ToJsonString() + receiver.ToJsonString();
        text.ShouldNotContain("user_id");
        text.ShouldNotContain("whsec");
        text.ShouldNotContain("127.0.0.1");

        _bad.Answer = _ => null;
        var sent = await RunningGateway.Body(await _gateway.Post($"{Path}/messages/{ids[0]}/resend", "{}"));
        ((string?)sent["id"], (string?)sent["status"]).ShouldBe((ids[0], "waiting"));
        await Until(async () => (string?)(await Receiver("bad"))["delivered"] == "1");
        ((string?)(await RunningGateway.Body(await _gateway.Post($"{Path}/resend?receiver=bad", "{}")))["resent"]).ShouldBe("2");
        await Until(async () => (string?)(await Receiver("bad"))["delivered"] == "3");
        _bad.All.GroupBy(got => got.Id).ShouldAllBe(attempts => attempts.Count() == 2 && attempts.Select(got => got.Text).Distinct().Count() == 1);
    }

    [Fact]
    public async Task What_the_customer_no_longer_wants_is_seen_as_withdrawn_with_the_rule_and_not_sent_again_and_what_is_owed_says_so()
    {
        _good.Answer = _ => 410;
        var dead = (await _gateway.Interact(ExperienceCalls.Interaction("ann", "1", MessageShop.Hello))).CustomerKey + ".1.0";
        await Until(async () => (string?)(await Receiver("good"))["dead"] == "1");

        // What waits, waits for another attempt.
        _good.Answer = _ => 500;
        var waiting = (await _gateway.Interact(ExperienceCalls.Interaction("bob", "1", MessageShop.Hello))).CustomerKey + ".1.0";
        var owed = (await _gateway.Interact(ExperienceCalls.Interaction("bob", "2", MessageShop.Owed))).CustomerKey + ".2.0";
        await _good.Wait(3);
        await _gateway.Interact(ExperienceCalls.Interaction("ann", "2", "consent_withdrawn", ("channel", Value.ForString("email"))));
        await _gateway.Interact(ExperienceCalls.Interaction("bob", "3", "do_not_contact"));

        // An attempt that asked before has ended.
        await Until(async () => (int?)(await Receiver("good"))["in_flight"] == 0);
        _good.Answer = _ => null;
        await Until(async () => (string?)(await Receiver("good"))["delivered"] == "1" && (string?)(await Receiver("good"))["withdrawn"] == "1");
        _good.All[^1].Id.ShouldBe(owed);
        var messages = (await _gateway.Get($"{Path}/messages?receiver=good"))["messages"]!.AsArray().ToDictionary(message => (string)message!["id"]!, message => message!);
        var withdrawn = messages[waiting];
        ((string?)withdrawn["status"], (string?)withdrawn["withdrawn_by"], (string?)withdrawn["last_failure"], withdrawn["next_at"])
            .ShouldBe(("withdrawn", "do_not_contact", "", (JsonNode?)null));
        ((string?)withdrawn["purpose"], (string?)withdrawn["channel"], (bool?)withdrawn["transactional"]).ShouldBe(("care", "email", false));
        await Problem(await _gateway.Post($"{Path}/messages/{waiting}/resend", "{}"), HttpStatusCode.Conflict, "message_not_dead");
        await Problem(await _gateway.Post($"{Path}/messages/{dead}/resend", "{}"), HttpStatusCode.Conflict, "message_refused");
        ((string?)messages[dead]["status"], (string?)messages[dead]["withdrawn_by"]).ShouldBe(("dead", ""));
    }

    [Fact]
    public async Task While_it_waits_what_is_owed_says_that_it_is()
    {
        _good.Answer = _ => 500;
        await _gateway.Interact(ExperienceCalls.Interaction("bob", "1", MessageShop.Owed));
        await _good.Wait(1);
        var message = (await _gateway.Get($"{Path}/messages?receiver=good"))["messages"]!.AsArray().Single()!;
        ((string?)message["purpose"], (string?)message["channel"], (bool?)message["transactional"]).ShouldBe(("serve", "email", true));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_by_name()
    {
        _good.Answer = _ => 500;
        var reply = await _gateway.Interact(ExperienceCalls.Interaction("ann", "1", MessageShop.ForGood));
        await _good.Wait(1);
        await Problem(await _gateway.Post($"{Path}/messages/{reply.CustomerKey}.1.0/resend", "{}"), HttpStatusCode.Conflict, "message_not_dead");
        await Problem(await _gateway.Post($"{Path}/messages/{reply.CustomerKey}.1.1/resend", "{}"), HttpStatusCode.NotFound, "message_not_found");
        await Problem(await _gateway.Post($"{Path}/messages/x/resend", "{}"), HttpStatusCode.NotFound, "message_not_found");
        await Problem(await _gateway.Post($"{Path}/resend", "{}"), HttpStatusCode.BadRequest, "receiver_missing");
        await Problem(await _gateway.Http.GetAsync($"{Path}/messages?status=delivered"), HttpStatusCode.BadRequest, "invalid_parameter");
        await Problem(await _gateway.Http.GetAsync($"{Path}/messages?limit=501"), HttpStatusCode.BadRequest, "invalid_parameter");
        await Problem(await _gateway.Http.GetAsync($"{Path}/messages?cursor=x"), HttpStatusCode.BadRequest, "invalid_query");
    }

    private async Task Start(ReadOnlyMemory<byte> playbook)
    {
        var (file, receivers) = (_gateway.Folder.File("playbook.json"), _gateway.Folder.File("receivers.json"));
        await File.WriteAllBytesAsync(file, playbook.ToArray());
        await File.WriteAllTextAsync(receivers, ReceiversFileTests.Write(("good", _good.Url), ("bad", _bad.Url)));
        await _gateway.Start(new GatewayOptions { PlaybookFile = file, ReceiversFile = receivers });
    }

    private async Task<JsonNode> Receiver(string name) =>
        (await _gateway.Get(Path))["receivers"]!.AsArray().Single(receiver => (string?)receiver!["name"] == name)!;

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); !await holds();)
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(20);
        }
    }

    private static async Task Problem(HttpResponseMessage response, HttpStatusCode status, string code) =>
        (response.StatusCode, (string?)(await RunningGateway.Body(response))["code"]).ShouldBe((status, code));
}
