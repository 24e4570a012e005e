using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Gateway.Tests.Support;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>The built program as its users meet it: what it prints, what it refuses, how it ends.</summary>
public sealed partial class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_where_it_listens_and_the_line_to_try_works()
    {
        using var gateway = await GatewayProcess.Start(_folder.Path);

        gateway.Output.ShouldContain(Path.Combine(_folder.Path, "data"));
        gateway.Output.ShouldContain("default, version 1");
        gateway.Output.ShouldNotContain("clock");
        gateway.Http.Port.ShouldNotBe(0);
        gateway.Grpc.Port.ShouldNotBe(0);

        var line = CurlLine().Match(gateway.Output);
        using var http = new HttpClient();
        var answer = await http.PostAsync(line.Groups["url"].Value, new StringContent(line.Groups["body"].Value, Encoding.UTF8, "application/json"));
        var reply = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((string?)reply["version"]).ShouldBe("1");
        reply["decisions"]!.AsArray().Count.ShouldBe(1);
        gateway.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sigterm_ends_it_in_time_and_nothing_is_lost()
    {
        using var gateway = await GatewayProcess.Start(_folder.Path);
        using (var channel = gateway.Channel())
        {
            // One call that stays open, one connection that stays idle.
            using var idle = new HttpClient();
            await idle.GetAsync(new Uri(gateway.Http, "/openapi/v1.json"));
            using var stream = channel.Streaming(ExperienceCalls.InteractStream, null, default);
            await stream.WriteAsync(ExperienceCalls.Interaction("one", "1"));
            (await stream.ReadAsync())!.Version.ShouldBe(1ul);

            var began = Stopwatch.GetTimestamp();
            (await gateway.Terminate()).ShouldBe(0);
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
            (await Should.ThrowAsync<Grpc.GrpcException>(async () => await stream.ReadAsync())).Status.ShouldBe(Grpc.StatusCode.Unavailable);
        }

        using var again = await GatewayProcess.Start(_folder.Path);
        using var other = again.Channel();
        (await other.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User("one") }, default)).Version.ShouldBe(1ul);
    }

    [Fact]
    public async Task A_second_one_on_the_same_folder_refuses_and_says_who_holds_it()
    {
        using var gateway = await GatewayProcess.Start(_folder.Path);

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0");

        exit.ShouldBe(1);
        error.ShouldContain($"{gateway.Id}");
        ShouldBeOneMessage(error);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--http", address, "--grpc", "127.0.0.1:0");

        exit.ShouldBe(1);
        error.ShouldContain(address);
        ShouldBeOneMessage(error);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("customers.db")]
    public async Task A_damaged_database_is_said_by_name(string file)
    {
        using (var gateway = await GatewayProcess.Start(_folder.Path))
        {
            await gateway.Terminate();
        }

        var path = Path.Combine(_folder.Path, "data", file);
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0");

        exit.ShouldBe(1);
        error.ShouldContain(file);
        ShouldBeOneMessage(error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said()
    {
        await File.WriteAllTextAsync(_folder.File("data"), "a file, no folder");

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0");

        exit.ShouldBe(1);
        error.ShouldContain("data");
        ShouldBeOneMessage(error);
    }

    [Fact]
    public async Task A_clock_that_is_shifted_is_said_and_used()
    {
        using var gateway = await GatewayProcess.Start(_folder.Path, "--clock", "2011-12-09T12:50:00Z");
        gateway.Output.ShouldContain("2011-12-09T12:50:00.000Z");

        using var channel = gateway.Channel();
        await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("then", "1"), default);
        var customer = await channel.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User("then") }, default);
        customer.LastSeen.ToDateTime().ShouldBe(new DateTime(2011, 12, 9, 12, 50, 0), TimeSpan.FromMinutes(5));

        using var http = new HttpClient();
        var overview = JsonNode.Parse(await http.GetStringAsync(new Uri(gateway.Http, "/admin/v1/overview")))!;
        ((bool)overview["clock"]!["shifted"]!).ShouldBeTrue();
        ((string?)overview["clock"]!["now"]).ShouldStartWith("2011-12-09T12:5");
    }

    [Fact]
    public async Task A_playbook_file_is_published_when_it_differs_and_only_then()
    {
        var file = _folder.File("mine.json");
        var playbook = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        playbook["name"] = "mine";
        await File.WriteAllTextAsync(file, playbook.ToJsonString());

        for (var run = 0; run < 2; run++)
        {
            using var gateway = await GatewayProcess.Start(_folder.Path, "--playbook", file);
            gateway.Output.ShouldMatch("playbook +mine, version 2|playbook +mine, version 1");
            var version = Version().Match(gateway.Output).Groups[1].Value;
            await gateway.Terminate();

            using var without = await GatewayProcess.Start(_folder.Path);
            without.Output.ShouldContain($"mine, version {version}");
            await without.Terminate();
        }
    }

    [Fact]
    public async Task A_playbook_file_with_mistakes_stops_the_start_and_every_mistake_is_said()
    {
        var file = _folder.File("bad.json");
        var playbook = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        playbook["engagement"]!["involvement"]!["kappa"] = -1;
        playbook["actions"]![0]!["eligible"] = "intimcy > 3";
        await File.WriteAllTextAsync(file, playbook.ToJsonString());

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--playbook", file);
        exit.ShouldBe(1);
        error.ShouldContain("$.engagement.involvement.kappa");
        error.ShouldContain("$.actions[0].eligible (1:1)");
        error.ShouldNotContain("   at ");

        var check = await GatewayProcess.Run(_folder.Path, "playbook", "check", file);
        check.ExitCode.ShouldBe(1);
        check.Output.ShouldContain("$.engagement.involvement.kappa");
        check.Output.ShouldContain("$.actions[0].eligible (1:1)");
    }

    [Fact]
    public async Task The_built_in_playbook_can_be_printed_and_passes_its_own_check()
    {
        var printed = await GatewayProcess.Run(_folder.Path, "playbook", "default");
        printed.ExitCode.ShouldBe(0);
        var file = _folder.File("default.json");
        await File.WriteAllTextAsync(file, printed.Output);

        var check = await GatewayProcess.Run(_folder.Path, "playbook", "check", file);

        check.ShouldBe((0, "OK" + Environment.NewLine, ""));
    }

    [Theory]
    [InlineData("--http", "somewhere:8080", "neither an IP address")]
    [InlineData("--tls-cert", "cert.pem", "one without the other")]
    [InlineData("--customer-limit", "fast", "turns a second / at once")]
    [InlineData("--access-log-days", "0", "a number from 1")]
    [InlineData("--grpc", "8081", "not HOST:PORT")]
    [InlineData("--clock", "yesterday", "is not an instant")]
    [InlineData("--clock", "1969-12-31T23:59:59Z", "is not an instant")]
    [InlineData("--clock-stands", "true", "say where with --clock")]
    [InlineData("--frobnicate", "x", "--frobnicate")]
    public async Task A_wrong_option_is_said_and_ends_with_2(string option, string value, string said)
    {
        var (exit, output, error) = await GatewayProcess.Run(_folder.Path, option, value);
        exit.ShouldBe(2);
        error.ShouldContain(said);
        output.ShouldBeEmpty();
        Directory.Exists(Path.Combine(_folder.Path, "data")).ShouldBeFalse();
    }

    [Fact]
    public async Task Help_names_every_option()
    {
        var (exit, output, _) = await GatewayProcess.Run(_folder.Path, "--help");
        exit.ShouldBe(0);
        foreach (var option in new[] { "--http", "--grpc", "--data", "--playbook", "--receivers", "--clock", "--clock-stands", "--tls-cert", "--tls-key", "--customer-limit", "--access-log-days", "playbook", "keys" })
        {
            output.ShouldContain(option);
        }
    }

    private static void ShouldBeOneMessage(string error)
    {
        error.ShouldNotContain("   at ");
        error.ShouldNotContain("Unhandled");
        error.Trim().Split('\n').Length.ShouldBe(1, error);
    }

    [GeneratedRegex("curl (?<url>http://[^ ]+) .* -d '(?<body>.*)'")]
    private static partial Regex CurlLine();

    [GeneratedRegex("playbook +mine, version ([0-9]+)")]
    private static partial Regex Version();
}
