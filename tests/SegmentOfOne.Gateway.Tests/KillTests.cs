using System.Collections.Concurrent;
using System.Diagnostics;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;
using Xunit.Abstractions;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>
/// Invariant 1: acknowledged means durable. The program is killed with SIGKILL at random instants under load, again and again on
/// one data folder. SEGMENTOFONE_KILL_ROUNDS sets the rounds (50), SEGMENTOFONE_KILL_SEED the seed.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Customers = 40, Callers = 16;

    [Fact]
    public async Task After_kill_9_every_acknowledged_interaction_is_there_once_and_versions_have_no_gap()
    {
        var rounds = Setting("SEGMENTOFONE_KILL_ROUNDS") ?? 50;
        var seed = Setting("SEGMENTOFONE_KILL_SEED") ?? Environment.TickCount;
        output.WriteLine($"{rounds} rounds, seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentDictionary<(int Customer, string Id), ulong>();
        var verified = new ConcurrentDictionary<int, ulong>();
        var killedUnderLoad = 0;

        for (var round = 0; round < rounds; round++)
        {
            using var gateway = await GatewayProcess.Start(folder.Path);
            await Verify(gateway, acknowledged, verified);

            var wait = TimeSpan.FromMilliseconds(random.Next(200));
            var before = acknowledged.Count;
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var channel = gateway.Channel();
            var callers = Enumerable.Range(0, Callers).Select(caller => Load(channel, round, caller, new Random(random.Next()), acknowledged, first)).ToArray();
            if (round % 5 > 0)
            {
                // Every fifth round may die before it has answered anybody.
                await first.Task;
            }

            await Task.Delay(wait);
            await gateway.Kill();
            await Task.WhenAll(callers);
            killedUnderLoad += acknowledged.Count > before ? 1 : 0;
        }

        using var last = await GatewayProcess.Start(folder.Path);
        // Once more all of it, from the first turn.
        await Verify(last, acknowledged, []);
        output.WriteLine($"{acknowledged.Count} acknowledged, {killedUnderLoad} rounds killed after some were");
        killedUnderLoad.ShouldBeGreaterThan(rounds / 2);
    }

    /// <summary>Sends one interaction after another until the program is gone; now and then one that was acknowledged before.</summary>
    private static async Task Load(
        GrpcChannel channel, int round, int caller, Random random, ConcurrentDictionary<(int Customer, string Id), ulong> acknowledged, TaskCompletionSource first)
    {
        var mine = new List<(int Customer, string Id)>();
        for (var i = 0; ; i++)
        {
            var repeat = mine.Count > 0 && random.Next(10) == 0;
            var (customer, id) = repeat ? mine[random.Next(mine.Count)] : (random.Next(Customers), $"{round}/{caller}/{i}");
            try
            {
                var reply = await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction($"c{customer}", id), default);
                acknowledged.GetOrAdd((customer, id), reply.Version).ShouldBe(reply.Version);
                reply.Duplicate.ShouldBe(repeat);
                mine.Add((customer, id));
                first.TrySetResult();
            }
            catch (GrpcException gone) when (gone.Status is StatusCode.Unavailable or StatusCode.Cancelled)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Reads every customer's story from where it was verified before: 1..n without a gap, each id once, and every acknowledged
    /// one where it was said to be.
    /// </summary>
    private static async Task Verify(
        GatewayProcess gateway, ConcurrentDictionary<(int Customer, string Id), ulong> acknowledged, ConcurrentDictionary<int, ulong> verified)
    {
        using var channel = gateway.Channel();
        await Parallel.ForEachAsync(acknowledged.GroupBy(one => one.Key.Customer), async (customer, _) =>
        {
            var through = verified.GetValueOrDefault(customer.Key);
            var story = await Story(channel, $"c{customer.Key}", through);
            story.Select(turn => turn.Version).ShouldBe(Enumerable.Range(1, story.Count).Select(i => through + (ulong)i));
            var ids = story.ToDictionary(turn => turn.Facts.Single(fact => fact.Name == "interaction_observed").Attributes["id"].StringValue, turn => turn.Version);
            foreach (var ((_, id), version) in customer)
            {
                (version <= through || ids.GetValueOrDefault(id) == version).ShouldBeTrue($"c{customer.Key} {id} at {version}");
            }

            verified[customer.Key] = through + (ulong)story.Count;
        });
    }

    /// <summary>The turns after a version, oldest first.</summary>
    private static async Task<List<V1.Turn>> Story(GrpcChannel channel, string user, ulong after)
    {
        var turns = new List<V1.Turn>();
        var request = new V1.ListTurnsRequest { Customer = ExperienceCalls.User(user), PageSize = 500 };
        do
        {
            var page = await channel.UnaryAsync(ExperienceCalls.ListTurns, request, default);
            turns.AddRange(page.Turns.TakeWhile(turn => turn.Version > after));
            request.PageToken = page.Turns[^1].Version <= after ? "" : page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        turns.Reverse();
        return turns;
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : null;
}
