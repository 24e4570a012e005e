using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Shared;

/// <summary>Invariant 1 of the design on a shared database: whatever becomes of the server, what was acknowledged is there, once.</summary>
[Collection(DatabaseTests.Name)]
public sealed class ServerRestartTests(PostgreSqlServer server, ITestOutputHelper output)
{
    [PostgreSqlFact]
    public async Task A_server_that_is_killed_and_restarted_under_load_makes_turns_unavailable_for_a_while_and_loses_and_doubles_nothing()
    {
        const int Callers = 24, Turns = 100, Kills = 3;
        var database = server.CreateDatabase().Shared();
        await using var a = new EmbeddedEngine(await CustomerHome.Open(new EngineOptions { Database = database }, default));
        await using var b = new EmbeddedEngine(await CustomerHome.Open(new EngineOptions { Database = database }, default));
        var seed = Environment.TickCount;
        var fight = new Fight(a, b);
        var load = fight.Run(Callers, customers: 40, Turns, seed);
        for (var kill = 1; kill <= Kills; kill++)
        {
            while (fight.Acknowledged.Count < Callers * Turns * kill / (Kills + 1))
            {
                await Task.Delay(5);
            }

            server.StopImmediately();
            server.Start();
        }

        await load;
        output.WriteLine($"seed {seed}, unavailable {fight.Unavailable}");
        fight.Unavailable.ShouldBeGreaterThan(0);
        await fight.Check(Callers * Turns);
        await a.Drain(default);
        await b.Drain(default);
        (await a.Overview(default)).Turns.ShouldBe(Callers * Turns);
    }
}
