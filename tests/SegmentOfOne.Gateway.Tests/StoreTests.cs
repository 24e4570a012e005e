using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>Where customers are kept, as the command line says it; and the program on a PostgreSQL of its own.</summary>
public sealed class StoreTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    private const string Secret = "open-sesame";

    [Theory]
    [InlineData("data")]
    [InlineData("./some/where")]
    [InlineData("/var/lib/shop")]
    public void A_path_is_a_folder(string text)
    {
        StoreAddress.TryParse(text, [DatabaseProvider.Npgsql], out var address, out _).ShouldBeTrue();
        address.FolderPath.ShouldBe(text);
        address.OpenDatabase().ShouldBeNull();
    }

    [Fact]
    public void A_connection_string_with_its_provider_is_a_database_and_is_shown_without_its_password()
    {
        StoreAddress.TryParse($"Invariant=Npgsql;Host=db;Database=shop;Username=app;Password={Secret}", [DatabaseProvider.Npgsql], out var address, out _).ShouldBeTrue();
        address.FolderPath.ShouldBeNull();
        address.ToString().ShouldBe("shop at tcp://db:5432 (Npgsql)");
        using var source = address.OpenDatabase()!.Source;
        source.ConnectionString.ShouldContain("shop");
    }

    [Theory]
    [InlineData($"Host=db;Password={Secret}", "Invariant=Npgsql;")]
    [InlineData($"Invariant=Oracle;Host=db;Password={Secret}", "no provider Oracle")]
    [InlineData($"Invariant=Npgsql;Horst=db;Password={Secret}", "does not understand")]
    public void What_names_no_store_is_refused_with_the_reason_and_without_the_password(string text, string reason)
    {
        StoreAddress.TryParse(text, [DatabaseProvider.Npgsql], out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(reason);
        problem.ShouldNotContain(Secret);
    }

    [PostgreSqlFact]
    public async Task The_program_migrates_serves_and_keeps_customers_on_a_database()
    {
        var database = server.CreateDatabase();
        using var folder = new TemporaryFolder();
        var store = $"Invariant=Npgsql;{database.ConnectionString}";
        var migrated = await GatewayProcess.Run(folder.Path, "store", "migrate", "--store", store);
        (migrated.ExitCode, migrated.Error).ShouldBe((0, ""));
        migrated.Output.ShouldContain("7 script(s) applied");
        (await GatewayProcess.Run(folder.Path, "store", "migrate", "--store", store)).Output.ShouldContain("is up to date");

        for (var start = 1; start <= 2; start++)
        {
            using var gateway = await GatewayProcess.Start(folder.Path, "--store", store);
            gateway.Output.ShouldContain("(Npgsql)");
            using var channel = gateway.Channel();
            var reply = await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("c", $"i{start}"), default);
            reply.Version.ShouldBe((ulong)start);
            (await gateway.Terminate()).ShouldBe(0);
        }

        Directory.Exists(Path.Combine(folder.Path, "data")).ShouldBeFalse();
    }
}
