using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Silo.Clocks;
using SegmentOfOne.Silo.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Silo.Tests;

/// <summary>What time brings about in a cluster: three silos, a process each, on a PostgreSQL of their own.</summary>
public sealed class ClockTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private const int Silos = 3, Killed = 1, Absent = 90, Present = 60, Late = 10;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5), Second = TimeSpan.FromSeconds(15);

    private static readonly JsonNode Journey = JsonNode.Parse(
        """
        {
          "id": "waits", "trigger": { "interaction": ["product_added"] }, "reentry": "never", "start": "first",
          "steps": {
            "first": { "wait": "5s", "next": "ask" },
            "ask": { "open_case": "cases", "reason": "It was time.", "next": "second" },
            "second": { "wait": "15s", "next": "ask_again" },
            "ask_again": { "open_case": "cases", "reason": "It was time again.", "next": "done" },
            "done": { "exit": "completed" }
          }
        }
        """)!;

    [PostgreSqlFact]
    public async Task Every_wait_ends_once_as_of_its_due_time_whichever_silo_has_it_and_what_a_killed_silo_had_ends_once_elsewhere()
    {
        var database = server.CreateDatabase();

        // A home without a clock: whom it tells something is in no silo's memory.
        await using var apart = await CustomerHome.Open(
            new EngineOptions { Database = new SharedDatabase(database, SqlDialect.PostgreSql), Playbook = WaitingShop.With(Journey) }, default);
        using var cluster = await Cluster.Start(database.ConnectionString, Silos);
        string[] members = [.. (await cluster.WaitForMembers(0, Silos)).Select(member => (string)member!["name"]!)];
        var killed = new SiloShare(members.Single(member => member.StartsWith(cluster.Silos[Killed].Member + "@", StringComparison.Ordinal)), members);

        string[] absent = [.. Enumerable.Range(0, Absent).Select(i => $"absent{i}")];
        string[] present = [.. Enumerable.Range(0, Present).Select(i => $"present{i}")];
        await Task.WhenAll(
            Parallel.ForEachAsync(absent, async (user, ct) => await apart.Customer(KeyOf(apart, user)).Turn(Request(user), ct)),
            Call(cluster, present, i => i % Silos));
        await WaitFor(apart, [.. absent, .. present], waits: 1);

        // Of these nothing but the journal knows when the silo dies.
        string[] late = [.. Enumerable.Range(0, Late).Select(i => $"late{i}")];
        await Call(cluster, late, _ => Killed);
        await cluster.Silos[Killed].Kill();
        await WaitFor(apart, [.. absent, .. present, .. late], waits: 2);

        absent.Count(user => killed.Has(KeyOf(apart, user))).ShouldBeInRange(10, 60);
        await Check(apart, "absent", absent);
        await Check(apart, "present", present);
        await Check(apart, "late", late);
    }

    private static TurnRequest Request(string user) => new() { Customer = new Identifier("user_id", user), Id = "i1", Type = "product_added", Channel = "web" };

    private static CustomerKey KeyOf(CustomerHome home, string user) =>
        home.TryKey(new Identifier("user_id", user), out var key) ? key : throw new ArgumentException(user);

    private static async Task Call(Cluster cluster, string[] users, Func<int, int> silo)
    {
        var channels = cluster.Silos.Select(one => one.Channel()).ToArray();
        await Task.WhenAll(users.Select(async (user, i) =>
            await channels[silo(i)].UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction(user, "i1", "product_added"), default)));
        Array.ForEach(channels, channel => channel.Dispose());
    }

    private static async Task<IReadOnlyList<Turn>> Story(CustomerHome home, string user) =>
        (await home.Customer(KeyOf(home, user)).Turns(newestFirst: false, after: null, TurnPage.MaxLimit, default)).ShouldNotBeNull().Turns;

    /// <summary>Waits until so many waits of each have ended; how late that is, is for the benchmarks to say.</summary>
    private static async Task WaitFor(CustomerHome home, string[] users, int waits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (var user in users)
        {
            while ((await Story(home, user)).SelectMany(turn => turn.Facts).OfType<MessageLeft>().Count() < waits)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private async Task Check(CustomerHome home, string who, string[] users)
    {
        var delays = new[] { new List<TimeSpan>(), new List<TimeSpan>() };
        foreach (var user in users)
        {
            var story = await Story(home, user);
            story.Select(turn => turn.Version).ShouldBe([1, 2, 3], user);
            var entered = story[0].Facts.OfType<JourneyEntered>().Single(run => run.Journey == "waits").At;
            Instant[] dues = [entered + First, entered + First + Second];
            story.Skip(1).Select(turn => ((TimeCame)turn.Facts[0]).Due).ShouldBe(dues, user);
            story.SelectMany(turn => turn.Facts.OfType<MessageLeft>(), (turn, message) => (turn.Version, message.Index)).ShouldBe([(2, 0), (3, 0)], user);
            story.SelectMany(turn => turn.Facts).OfType<JourneyLeft>().Count().ShouldBe(1, user);
            delays[0].Add(story[1].At - dues[0]);
            delays[1].Add(story[2].At - dues[1]);
        }

        foreach (var (wait, late) in delays.Index())
        {
            late.Sort();
            output.WriteLine($"{who}, wait {wait + 1}: late by {late[late.Count / 2].TotalSeconds:0.000} s in the middle, {late[^1].TotalSeconds:0.000} s at most");
            late[0].ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        }
    }
}
