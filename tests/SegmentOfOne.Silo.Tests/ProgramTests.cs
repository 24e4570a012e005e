using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Silo.Tests.Support;

namespace SegmentOfOne.Silo.Tests;

/// <summary>The program as operators run it: roles, options, playbooks on all silos, health, its end.</summary>
public sealed class ProgramTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task One_silo_on_this_machine_needs_no_database_and_keeps_its_customers()
    {
        using var folder = new TemporaryFolder();
        for (var start = 1ul; start <= 2; start++)
        {
            using var silo = await SiloProcess.Start("--localhost", "--store", folder.Path);
            using var channel = silo.Channel();
            var reply = await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("c", $"i{start}"), default);
            reply.Version.ShouldBe(start);
            (await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("c", $"i{start}"), default)).Duplicate.ShouldBeTrue();
            (await silo.Terminate()).ShouldBe(0);
            silo.Error.ShouldNotContain("fail: ");
        }
    }

    [PostgreSqlFact]
    public async Task Silos_and_gateways_may_be_apart_and_a_published_playbook_is_in_force_on_every_silo()
    {
        string[] store = ["--store", $"Invariant=Npgsql;{server.CreateDatabase().ConnectionString}"];
        using var first = await SiloProcess.Start(["--role", "silo", .. store]);
        using var second = await SiloProcess.Start(["--role", "silo", .. store]);
        using var gateway = await SiloProcess.Start(["--role", "gateway", "--one-person", .. store]);
        using var http = new HttpClient { BaseAddress = gateway.Http };
        using var channel = gateway.Channel();

        for (var customer = 0; customer < 20; customer++)
        {
            var request = ExperienceCalls.Interaction($"c{customer}", "i1");
            request.Placements.Add("home_hero");
            var reply = await channel.UnaryAsync(ExperienceCalls.Interact, request, default);
            reply.Decisions.Count.ShouldBe(1);
            (await channel.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = request.Customer }, default)).Version.ShouldBe(1ul);
            (await channel.UnaryAsync(ExperienceCalls.GetReceipt, new V1.GetReceiptRequest { ReceiptId = reply.Decisions[0].ReceiptId }, default)).Placement.ShouldBe("home_hero");
        }

        var document = (await http.GetStringAsync("/admin/v1/playbook")).Replace("Made to last, and how", "Made to last", StringComparison.Ordinal);
        using var publish = new HttpRequestMessage(HttpMethod.Put, "/admin/v1/playbook") { Content = new StringContent(document, Encoding.UTF8, "application/json") };
        publish.Headers.Add("If-Match", "\"1\"");
        (await http.SendAsync(publish)).EnsureSuccessStatusCode();

        // The answer came when all silos had it.
        var members = (await http.GetFromJsonAsync<JsonObject>("/admin/v1/overview"))!["members"]!.AsArray();
        members.Select(member => (int)member!["playbook_version"]!).ShouldBe([2, 2]);

        (await gateway.Terminate()).ShouldBe(0);
        (await first.Terminate()).ShouldBe(0);
        (await second.Terminate()).ShouldBe(0);
    }

    [Theory]
    [InlineData("Silos find each other by a database")]
    [InlineData("'nowhere' is not ADDRESS:PORT", "--localhost", "--silo", "nowhere")]
    [InlineData("no provider Oracle", "--clustering", "Invariant=Oracle;Host=db")]
    [InlineData("not by a folder", "--clustering", "data")]
    [InlineData("nobody can move the clocks", "--clustering", "Invariant=Npgsql;Host=db", "--clock", "2027-01-01T00:00:00Z", "--clock-stands")]
    [InlineData("'boss'", "--localhost", "--role", "boss")]
    public async Task What_makes_no_cluster_is_refused_with_the_reason(string reason, params string[] options)
    {
        var (exitCode, _, error) = await SiloProcess.Run(options);
        exitCode.ShouldBe(2);
        error.ShouldContain(reason);
    }

    [Fact]
    public async Task Health_is_told_by_the_exit_code()
    {
        using var folder = new TemporaryFolder();
        using var silo = await SiloProcess.Start("--localhost", "--store", folder.Path);
        string[] gateway = ["health", "--grpc", silo.Grpc.Authority], member = ["health", "--silo", silo.Member];
        (await SiloProcess.Run(gateway)).ExitCode.ShouldBe(0);
        (await SiloProcess.Run(member)).ExitCode.ShouldBe(0);

        // A process that does not move still has its connections accepted: only an answer is a sign of life.
        silo.Freeze();
        (await SiloProcess.Run(gateway)).ExitCode.ShouldBe(1);
        silo.Wake();
        (await SiloProcess.Run(gateway)).ExitCode.ShouldBe(0);

        await silo.Kill();
        foreach (var question in new[] { gateway, member })
        {
            var (exitCode, _, error) = await SiloProcess.Run(question);
            exitCode.ShouldBe(1);
            error.ShouldContain(question[^1]);
        }
    }
}
