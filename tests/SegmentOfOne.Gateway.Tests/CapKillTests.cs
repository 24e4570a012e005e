using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using Xunit.Abstractions;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Invariant 7: caps are exact, also where the program is killed with SIGKILL while a thousand triggers come in.</summary>
public sealed class CapKillTests(ITestOutputHelper output)
{
    private const int Limit = 3, Rounds = 6, Triggers = 1_000, Callers = 32;

    private static readonly string[] Placements = ["letter", "ping", "text"];

    [Fact]
    public async Task Killed_in_the_middle_of_a_thousand_triggers_a_cap_of_three_holds_three_and_after_a_release_one_more()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var playbook = Path.Combine(folder.Path, "playbook.json");
        await File.WriteAllBytesAsync(playbook, Playbook());
        var released = new HashSet<string>();
        var killedUnderLoad = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var customer = $"c{round}";
            var acknowledged = new ConcurrentBag<string>();
            using (var gateway = await GatewayProcess.Start(folder.Path, "--playbook", playbook))
            {
                using var channel = gateway.Channel();
                var some = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var left = random.Next(Triggers / 2);
                var triggering = Trigger(channel, customer, acknowledged, () =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        some.SetResult();
                    }
                });
                await Task.WhenAny(some.Task, triggering);
                await gateway.Kill();
                killedUnderLoad += await triggering < Triggers ? 1 : 0;
            }

            // What was acknowledged is there, and never more than the cap.
            using var again = await GatewayProcess.Start(folder.Path, "--playbook", playbook);
            using var open = again.Channel();
            var reserved = await Reserved(open, customer);
            reserved.Count.ShouldBeLessThanOrEqualTo(Limit);
            acknowledged.ShouldBeSubsetOf(reserved);

            (await Trigger(open, customer, acknowledged, () => { })).ShouldBe(Triggers);
            reserved = await Reserved(open, customer);
            reserved.Count.ShouldBe(Limit);

            // One is released: exactly one more.
            await open.UnaryAsync(
                ExperienceCalls.Interact, ExperienceCalls.Interaction(customer, "bounce", "bounced", ("receipt_id", Value.ForString(reserved[random.Next(Limit)]))), default);
            (await Trigger(open, customer, acknowledged, () => { })).ShouldBe(Triggers);
            (await Reserved(open, customer)).Count.ShouldBe(Limit + 1);
        }

        output.WriteLine($"{killedUnderLoad} of {Rounds} killed under load");
        killedUnderLoad.ShouldBeGreaterThan(Rounds / 2);
    }

    /// <summary>Asks at every placement, again and again; how many were answered before the program was gone.</summary>
    private static async Task<int> Trigger(GrpcChannel channel, string customer, ConcurrentBag<string> acknowledged, Action answeredOne)
    {
        var (next, answered) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= Triggers)
            {
                var request = new V1.DecideRequest { Customer = ExperienceCalls.User(customer), Channel = "web" };
                request.Placements.AddRange(Placements[(number % Placements.Length)..]);
                request.Placements.AddRange(Placements[..(number % Placements.Length)]);
                try
                {
                    var reply = await channel.UnaryAsync(ExperienceCalls.Decide, request, default);
                    foreach (var decision in reply.Decisions.Where(decision => decision.Action.Length > 0))
                    {
                        acknowledged.Add(decision.ReceiptId);
                    }

                    Interlocked.Increment(ref answered);
                    answeredOne();
                }
                catch (GrpcException gone) when (gone.Status is StatusCode.Unavailable or StatusCode.Cancelled)
                {
                    return;
                }
            }
        }));
        return answered;
    }

    /// <summary>The receipts of all that was chosen for the customer, out of its story.</summary>
    private static async Task<List<string>> Reserved(GrpcChannel channel, string customer)
    {
        var state = await channel.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User(customer) }, default);
        var receipts = new List<string>();
        var request = new V1.ListTurnsRequest { Customer = ExperienceCalls.User(customer), PageSize = 500 };
        do
        {
            var page = await channel.UnaryAsync(ExperienceCalls.ListTurns, request, default);
            foreach (var turn in page.Turns)
            {
                receipts.AddRange(turn.Facts.Where(fact => fact.Name == "decided")
                    .Select((fact, index) => (fact, index))
                    .Where(each => each.fact.Attributes["action"].StringValue.Length > 0)
                    .Select(each => $"{state.CustomerKey}.{turn.Version}.{each.index}"));
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return receipts;
    }

    /// <summary>The default one with something to say on three channels, whatever the hour, and one cap over all of them.</summary>
    private static byte[] Playbook()
    {
        var document = JsonNode.Parse(Domain.Playbooks.Playbook.DefaultSource.Span)!;
        foreach (var (placement, channel) in Placements.Zip(["email", "push", "sms"]))
        {
            document["placements"]![placement] = new JsonObject { ["direction"] = "outbound", ["channels"] = new JsonArray(channel) };
        }

        document["actions"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "a_word",
            ["purpose"] = "inform",
            ["placements"] = new JsonArray([.. Placements.Select(placement => JsonValue.Create(placement))]),
            ["propensity"] = 1,
            ["value"] = 1,
        });
        document["consent"] = new JsonObject();
        document["contact"]!["quiet_hours"] = new JsonArray();
        document["contact"]!["caps"] = new JsonArray(new JsonObject { ["scope"] = "overall", ["limit"] = Limit, ["window"] = "90d" });
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
