using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Silo.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Silo.Tests;

/// <summary>The shop's year through a cluster, and through the embedded engine beside it.</summary>
public sealed class ShopYearTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    [ShopYearFact]
    public async Task The_shops_year_through_a_cluster_gives_the_sums_of_the_file_and_for_every_customer_the_state_that_the_embedded_engine_gives()
    {
        using var folder = new TemporaryFolder();
        var database = server.CreateDatabase();
        var (beside, playbook) = (Path.Combine(folder.Path, "alone"), Path.Combine(folder.Path, "playbook.json"));
        await File.WriteAllBytesAsync(playbook, WithoutClocks());
        string[] store = ["--store", $"Invariant=Npgsql;{database.ConnectionString}"];
        (await SiloProcess.Run(["store", "migrate", .. store])).ExitCode.ShouldBe(0);
        await ShareSecret(beside, playbook, database);
        using (var first = await SiloProcess.Start(["--role", "silo", "--playbook", playbook, .. store]))
        using (var second = await SiloProcess.Start(["--role", "silo", "--playbook", playbook, .. store]))
        using (var gateway = await SiloProcess.Start(["--role", "gateway", .. store]))
        {
            // Its exit code is 0 only when every sum is that of the file.
            await LoadTest("replay", gateway.Grpc);
            await LoadTest("verify", gateway.Grpc);
            (await gateway.Terminate()).ShouldBe(0);
            (await first.Terminate()).ShouldBe(0);
            (await second.Terminate()).ShouldBe(0);
        }

        await using var embedded = await Embedded(beside, playbook);
        await LoadTest("replay", embedded.Grpc);
        await using var home = await CustomerHome.Open(new EngineOptions { Database = new SharedDatabase(database, SqlDialect.PostgreSql), WakesByHand = true }, default);
        var (customers, turns) = (0, 0L);
        await foreach (var identifier in Customers(embedded.Engine))
        {
            home.TryKey(identifier, out var key).ShouldBeTrue();
            var clustered = (await home.Customer(key).Get(null, default)).ShouldNotBeNull();
            var alone = (await embedded.Engine.Get(identifier, null, default)).ShouldNotBeNull();
            StateFormat.ToBytes(clustered.State).ShouldBe(StateFormat.ToBytes(alone.State), identifier.Value);
            customers++;
            turns += clustered.State.Version;
        }

        (customers, turns).ShouldBe((4_372, 420_114));
    }

    private static Task<GatewayHost> Embedded(string folder, string playbook)
    {
        var anyPort = new ListenAddress(IPAddress.Loopback, 0);
        return GatewayHost.Start(new GatewayOptions { Http = anyPort, Grpc = anyPort, Store = StoreAddress.Folder(folder), PlaybookFile = playbook }, default);
    }

    /// <summary>The default playbook without what becomes due by time alone: told after the year, that meets what happened at whatever time
    /// somebody is woken. What it does on time is held by tests of a clock.</summary>
    private static byte[] WithoutClocks()
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!.AsObject();
        document.Remove("journeys").ShouldBeTrue();
        document.Remove("segments").ShouldBeTrue();
        var journey = document["journey"]!;
        journey["back"] = new JsonArray();
        journey["lapse"]!["from"] = "advocacy";
        journey["overlays"]!["at_risk"]!["on"] = "stage >= 'purchase' and intimacy < 0";
        journey["overlays"]!["at_risk"]!["off"] = "intimacy >= 5";
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>A store's secret is in its customers' keys, and those are in the hashes that states have of ids: two stores are alike, bit for
    /// bit, only with the same one.</summary>
    private static async Task ShareSecret(string folder, string playbook, NpgsqlDataSource database)
    {
        await (await Embedded(folder, playbook)).DisposeAsync();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "customers.db")};Pooling=False");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT value FROM meta WHERE name = 'secret'";
        await using var write = database.CreateCommand("UPDATE segmentofone.meta SET value = @secret WHERE name = 'secret'");
        write.Parameters.AddWithValue("secret", (byte[])read.ExecuteScalar()!);
        (await write.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    private static async IAsyncEnumerable<Identifier> Customers(EmbeddedEngine queries)
    {
        var query = new CustomerQuery { Limit = CustomerQuery.MaxLimit };
        do
        {
            var page = await queries.List(query, default);
            foreach (var customer in page.Customers)
            {
                yield return customer.Identifiers[0];
            }

            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    private async Task LoadTest(string command, Uri against)
    {
        var start = new ProcessStartInfo("dotnet", [Built.LoadTest, command, Built.ShopLines, "--against", against.ToString()]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(said);
        process.ExitCode.ShouldBe(0, said);
    }
}
