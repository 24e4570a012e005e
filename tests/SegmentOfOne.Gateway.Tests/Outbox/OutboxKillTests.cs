using System.Text.Json.Nodes;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Outbox;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc.Client;
using Xunit.Abstractions;

namespace SegmentOfOne.Gateway.Tests.Outbox;

/// <summary>The program is killed with SIGKILL while messages are on their way: each arrives, under one id, with one body.</summary>
public sealed class OutboxKillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebhookReceiver _receiver = new();

    public void Dispose()
    {
        _receiver.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Killed_as_soon_as_a_turn_is_acknowledged_its_message_arrives()
    {
        var expected = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            using var gateway = await Start();
            using var channel = gateway.Channel();
            for (var i = 0; i <= round; i++)
            {
                expected.Add(await Leave(channel, $"{round}/{i}"));
            }

            await gateway.Kill();
        }

        await Arrive(expected);
    }

    [Fact]
    public async Task Killed_by_the_time_its_message_is_processed_the_message_comes_again_the_same()
    {
        var expected = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var gateway = await Start();
            using var channel = gateway.Channel();
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _receiver.Answer = got =>
            {
                if (!expected.Contains(got.Id))
                {
                    // Whoever took the turn has heard of it by then.
                    Thread.Sleep(300);
                    gateway.Kill().Wait();
                    killed.TrySetResult();
                }

                return null;
            };
            var id = await Leave(channel, $"{round}");
            await killed.Task.WaitAsync(TimeSpan.FromSeconds(60));
            expected.Add(id);
        }

        _receiver.Answer = _ => null;
        await Arrive(expected);
        _receiver.All.GroupBy(got => got.Id).ShouldAllBe(attempts => attempts.Count() >= 2);
    }

    private Task<GatewayProcess> Start()
    {
        File.WriteAllBytes(_folder.File("playbook.json"), MessageShop.Source.ToArray());
        File.WriteAllText(_folder.File("receivers.json"), ReceiversFileTests.Write(("good", _receiver.Url)));
        return GatewayProcess.Start(_folder.Path, "--playbook", _folder.File("playbook.json"), "--receivers", _folder.File("receivers.json"));
    }

    /// <summary>The id of the message that an acknowledged turn has left.</summary>
    private static async Task<string> Leave(GrpcChannel channel, string id)
    {
        var reply = await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("ann", id, MessageShop.ForGood), default);
        return $"{reply.CustomerKey}.{reply.Version}.0";
    }

    private async Task Arrive(List<string> expected)
    {
        using var last = await Start();
        using var http = new HttpClient { BaseAddress = last.Http };
        for (var until = DateTime.UtcNow.AddSeconds(60); await Delivered(http) < expected.Count;)
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }

        _receiver.All.Select(got => got.Id).Distinct().Order().ShouldBe(expected.Order());
        _receiver.All.ShouldAllBe(got => got.IsSignedBy(WebhookReceiver.Secret));
        _receiver.All.GroupBy(got => got.Id).ShouldAllBe(attempts => attempts.Select(got => got.Text).Distinct().Count() == 1);
        (await Delivered(http)).ShouldBe(expected.Count);
        output.WriteLine($"{expected.Count} messages, {_receiver.Count} attempts");
        last.Output.ShouldContain("no address for bad");
    }

    private static async Task<long> Delivered(HttpClient http) => JsonNode.Parse(await http.GetStringAsync("/admin/v1/outbox"))!["receivers"]!.AsArray()
        .Where(receiver => (string?)receiver!["name"] == "good").Sum(receiver => long.Parse((string)receiver!["delivered"]!));
}
