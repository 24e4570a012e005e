using Npgsql;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

[Collection(DatabaseTests.Name)]
public sealed class MigrationTests(PostgreSqlServer server)
{
    /// <summary>All there are.</summary>
    private const int Scripts = 7;

    [PostgreSqlFact]
    public async Task Processes_that_start_at_once_bring_the_schema_once()
    {
        var source = server.CreateDatabase();
        var scripts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => source.Shared().Migrate(default))));
        scripts.Order().ShouldBe([0, 0, 0, 0, 0, 0, 0, Scripts]);
        (await source.Shared().Migrate(default)).ShouldBe(0);

        // The secret is made once: every home derives the same keys.
        await using var a = await CustomerHome.Open(new EngineOptions { Database = source.Shared() }, default);
        await using var b = await CustomerHome.Open(new EngineOptions { Database = source.Shared() }, default);
        a.TryKey(Requests.User("c"), out var ofA).ShouldBeTrue();
        b.TryKey(Requests.User("c"), out var ofB).ShouldBeTrue();
        ofA.ShouldBe(ofB);
    }

    [PostgreSqlFact]
    public async Task A_schema_of_a_newer_program_is_refused()
    {
        var source = server.CreateDatabase();
        await source.Shared().Migrate(default);
        Execute(source, "INSERT INTO segmentofone.script(number) VALUES (999)");
        var refused = await Should.ThrowAsync<SharedDatabaseException>(() => EmbeddedEngine.Open(new EngineOptions { Database = source.Shared() }, default));
        refused.Problem.ShouldBe(SharedDatabaseProblem.Newer);
        refused.Message.ShouldContain("999");
    }

    [PostgreSqlFact]
    public async Task A_script_that_fails_leaves_nothing_behind()
    {
        var source = server.CreateDatabase();

        // A table of somebody else's is in the way of the script.
        Execute(source, "CREATE SCHEMA segmentofone; CREATE TABLE segmentofone.customer(x int)");
        (await Should.ThrowAsync<SharedDatabaseException>(() => source.Shared().Migrate(default))).Problem.ShouldBe(SharedDatabaseProblem.Unreachable);
        Execute(source, "DROP TABLE segmentofone.customer");
        (await source.Shared().Migrate(default)).ShouldBe(Scripts);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=2");
        var refused = await Should.ThrowAsync<SharedDatabaseException>(() => EmbeddedEngine.Open(new EngineOptions { Database = nowhere.Shared() }, default));
        refused.Problem.ShouldBe(SharedDatabaseProblem.Unreachable);
    }

    private static void Execute(NpgsqlDataSource source, string sql)
    {
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }
}
