using Npgsql;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

[Collection(DatabaseTests.Name)]
public sealed class LeaseTests(PostgreSqlServer server)
{
    [PostgreSqlFact]
    public async Task A_second_embedded_engine_is_refused_and_told_who_holds_the_database_and_gets_it_when_that_one_has_left()
    {
        var database = server.CreateDatabase().Shared();
        await using (await EmbeddedEngine.Open(new EngineOptions { Database = database }, default))
        {
            var refused = await Should.ThrowAsync<SharedDatabaseException>(() => EmbeddedEngine.Open(new EngineOptions { Database = database }, default));
            refused.Problem.ShouldBe(SharedDatabaseProblem.InUse);
            refused.Message.ShouldContain($"process {Environment.ProcessId} on {Environment.MachineName}");
        }

        await using var next = await EmbeddedEngine.Open(new EngineOptions { Database = database }, default);
        (await next.Turn(Requests.Interaction("c", "i"), default)).ShouldBeOfType<TurnAnswer.Answered>();
    }

    [PostgreSqlFact]
    public async Task An_engine_that_has_lost_its_lease_takes_no_more_turns_and_says_who_has_it()
    {
        var source = server.CreateDatabase();
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { Database = source.Shared() }, default);
        await engine.Turn(Requests.Interaction("c", "i1"), default);

        // As another process would that found it run out.
        await using (var take = source.CreateCommand(
            "UPDATE segmentofone.lease SET holder = gen_random_uuid(), who = 'somebody else', expires_at = expires_at + 1000000"))
        {
            await take.ExecuteNonQueryAsync();
        }

        while (engine.Home.ClosedBecause is null)
        {
            await Task.Delay(20);
        }

        engine.Home.ClosedBecause.ShouldContain("somebody else");
        var refused = await Should.ThrowAsync<CustomersUnavailableException>(() => engine.Turn(Requests.Interaction("c", "i2"), default).AsTask());
        refused.Message.ShouldContain("somebody else");
    }

    [PostgreSqlFact]
    public async Task A_lease_that_its_holder_does_not_renew_is_taken_when_it_has_run_out()
    {
        var source = server.CreateDatabase();
        await source.Shared().Migrate(default);
        await using (var hold = source.CreateCommand(
            "UPDATE segmentofone.lease SET holder = gen_random_uuid(), who = 'the dead', expires_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 1500"))
        {
            await hold.ExecuteNonQueryAsync();
        }

        await using var engine = await EmbeddedEngine.Open(new EngineOptions { Database = source.Shared() }, default);
        (await engine.Turn(Requests.Interaction("c", "i"), default)).ShouldBeOfType<TurnAnswer.Answered>();
    }
}
