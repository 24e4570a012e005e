using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Shared;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Tests.Erasures;

/// <summary>Erasure where several processes know a customer.</summary>
[Collection(DatabaseTests.Name)]
public sealed class SharedErasureTests(PostgreSqlServer server)
{
    private const string Canary = "canary-93de";

    [PostgreSqlFact]
    public async Task Another_process_that_still_has_an_erased_customer_in_memory_appends_nothing_of_it()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        await a.Take(Canary, "1");
        await b.Take(Canary, "2");
        await b.Take("other", "1");

        // a knows version 1, b version 2. Erased at b, it is a whose versions would be free again.
        await a.Take("mine", "1");
        var erasing = b.Engine.Erase(Requests.User(Canary), ErasureReason.Request, "ida", default).AsTask();
        await b.StepUntil(erasing);
        (await erasing).ShouldNotBeNull().FinishedAt.ShouldNotBeNull();
        foreach (var home in new[] { a, b })
        {
            var late = home.Engine.Turn(Requests.Interaction(Canary, "3"), default).AsTask();
            var beside = home.Engine.Turn(Requests.Interaction("mine", "2"), default).AsTask();
            await home.StepUntil(Task.WhenAll(late, beside));
            (await late).ShouldBeOfType<TurnAnswer.Refused>().Refusal.Code.ShouldBe(RefusalCode.CustomerErased);
            (await beside).ShouldBeOfType<TurnAnswer.Answered>();
            (await home.Engine.Get(Requests.User(Canary), null, default)).ShouldBeNull();
            (await home.Engine.Turns(Requests.User(Canary), true, null, 10, default)).ShouldBeNull();
            (await home.Engine.ErasureOf(Requests.User(Canary), default)).ShouldNotBeNull().Certificate.ShouldNotBeNull();
        }

        foreach (var table in new[] { "turn", "customer", "anchor", "seen", "outbox", "member" })
        {
            Rows(database, table).ShouldNotContain(Canary);
        }

        Count(database, "SELECT COUNT(DISTINCT customer) FROM segmentofone.turn").ShouldBe(2);
        Count(database, "SELECT COUNT(*) FROM segmentofone_vault.secret").ShouldBe(2);
    }

    [PostgreSqlFact]
    public async Task Processes_that_meet_a_new_customer_at_once_keep_one_key()
    {
        var database = server.CreateDatabase().Shared();
        using var a = new SteppedHome(database);
        using var b = new SteppedHome(database);
        for (var customer = 0; customer < 10; customer++)
        {
            var (one, two) = (a.Send($"c{customer}", "a"), b.Send($"c{customer}", "b"));
            await Task.Delay(20);
            while (!one.IsCompleted || !two.IsCompleted)
            {
                a.Step();
                b.Step();
                await Task.Delay(1);
            }

            await Task.WhenAll(one, two);
            (await a.Story($"c{customer}")).Count.ShouldBe(2);
            (await b.Story($"c{customer}")).Select(turn => turn.Version).ShouldBe([1, 2]);
        }

        Count(database, "SELECT COUNT(*) FROM segmentofone_vault.secret").ShouldBe(10);
    }

    [PostgreSqlFact]
    public async Task Nothing_that_a_caller_said_stands_readable_on_the_database_and_another_master_key_is_refused()
    {
        var database = server.CreateDatabase().Shared();
        var options = new EngineOptions { Database = database, Playbook = MessageShop.Source };
        await using (var home = new EmbeddedEngine(await CustomerHome.Open(options, default)))
        {
            for (var turn = 0; turn < 150; turn++)
            {
                await home.Turn(
                    Requests.Interaction(Canary, $"{Canary}-{turn}", turn % 2 == 0 ? MessageShop.ForGood : MessageShop.Hello, properties: Properties.Of(("product_id", $"{Canary}-{turn}"))),
                    default);
            }

            await home.Drain(default);
        }

        foreach (var table in new[] { "turn", "customer", "anchor", "seen", "outbox", "member", "total", "meta" })
        {
            Rows(database, table).ShouldNotContain(Canary);
        }

        await Should.ThrowAsync<SharedDatabaseException>(
            () => CustomerHome.Open(options with { Vault = new VaultOptions { MasterKey = new byte[32] } }, default));
        await Should.ThrowAsync<SharedDatabaseException>(
            () => CustomerHome.Open(options with { Vault = new VaultOptions { Encrypts = false } }, default));
        await Should.ThrowAsync<SharedDatabaseException>(
            () => CustomerHome.Open(options with { Vault = new VaultOptions { Database = server.CreateDatabase().Shared() } }, default));
        await using var again = new EmbeddedEngine(await CustomerHome.Open(options, default));
        (await Histories.Check(again, Requests.User(Canary))).Count.ShouldBeGreaterThanOrEqualTo(150);
    }

    [PostgreSqlFact]
    public async Task Old_turns_are_forgotten_on_a_database_and_what_they_led_to_stays()
    {
        var database = server.CreateDatabase().Shared();
        await using var engine = new EmbeddedEngine(await CustomerHome.Open(new EngineOptions { Database = database }, default));
        for (var turn = 0; turn < 200; turn++)
        {
            await engine.Turn(Requests.Interaction("ada", $"{turn}", placements: "home_hero"), default);
        }

        await Histories.Saved(engine);

        await engine.Home.Retention.ForgetTurns(engine.Home.Now, default);
        await engine.Turn(Requests.Interaction("ada", "new", placements: "home_hero"), default);
        Count(database, "SELECT COUNT(*) FROM segmentofone.turn").ShouldBe(1);
        var page = (await engine.Turns(Requests.User("ada"), true, null, 500, default)).ShouldNotBeNull();
        (page.Turns.Single().Version, page.Next).ShouldBe((201, null));
        var view = (await engine.Get(Requests.User("ada"), null, default)).ShouldNotBeNull();
        (await engine.Receipt(new ReceiptId(view.Key, 201, 0), default)).ShouldNotBeNull();
        await Should.ThrowAsync<HistoryForgottenException>(() => engine.Receipt(new ReceiptId(view.Key, 200, 0), default).AsTask());
        await Should.ThrowAsync<HistoryForgottenException>(() => engine.Turn(Requests.Interaction("ada", "199", placements: "home_hero"), default).AsTask());
        view.State.Version.ShouldBe(201);
    }

    /// <summary>All rows of a table, bytes as the text that they are.</summary>
    private static string Rows(SharedDatabase database, string table)
    {
        using var connection = database.Source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM segmentofone.{table}";
        using var rows = command.ExecuteReader();
        var text = new StringBuilder();
        while (rows.Read())
        {
            for (var column = 0; column < rows.FieldCount; column++)
            {
                text.Append(rows.GetValue(column) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{rows.GetValue(column)}").Append(' ');
            }
        }

        return text.ToString();
    }

    private static long Count(SharedDatabase database, string sql)
    {
        using var connection = database.Source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar());
    }
}
