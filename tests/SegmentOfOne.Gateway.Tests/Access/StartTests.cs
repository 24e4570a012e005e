using System.Net;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>The program as an operator starts it: whom it serves, by which keys, and under TLS.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Others_than_this_machine_are_served_by_keys_and_under_TLS_or_not_at_all()
    {
        using var certificate = new TestCertificate(_folder.Path);
        string[] elsewhere = ["--http", "0.0.0.0:0", "--grpc", "127.0.0.1:0"], tls = ["--tls-cert", certificate.File, "--tls-key", certificate.KeyFile];

        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, elsewhere);
        exit.ShouldNotBe(0);
        error.ShouldContain("there is no key yet");
        error.ShouldContain("keys would travel in the clear");

        (exit, _, error) = await GatewayProcess.Run(_folder.Path, [.. elsewhere, .. tls]);
        exit.ShouldNotBe(0);
        error.ShouldContain("there is no key yet");
        error.ShouldNotContain("in the clear");

        var key = await AddKey("admin");
        (exit, _, error) = await GatewayProcess.Run(_folder.Path, elsewhere);
        exit.ShouldNotBe(0);
        error.ShouldContain("keys would travel in the clear");
        error.ShouldNotContain(key);

        using var gateway = await GatewayProcess.StartWith(_folder.Path, [.. elsewhere, .. tls]);
        using var http = certificate.Client(gateway.Http);
        (await http.GetAsync("/admin/v1/overview")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        (await http.GetAsync("/admin/v1/overview")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var channel = new GrpcChannel(gateway.Grpc, new GrpcChannelOptions { Handler = certificate.Handler() });
        (await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("ada", "1"), GuardedGateway.With(key), default)).Version.ShouldBe(1ul);
        (gateway.Output + gateway.Error).ShouldNotContain(key);
        (await gateway.Terminate()).ShouldBe(0);
    }

    [Fact]
    public async Task One_of_certificate_and_key_without_the_other_and_a_broken_one_are_refused_with_the_reason()
    {
        using var certificate = new TestCertificate(_folder.Path);
        (await GatewayProcess.Run(_folder.Path, "--tls-cert", certificate.File)).Error.ShouldContain("one without the other");
        await File.WriteAllTextAsync(certificate.KeyFile, "nothing of the kind");
        var (exit, _, error) = await GatewayProcess.Run(_folder.Path, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--tls-cert", certificate.File, "--tls-key", certificate.KeyFile);
        exit.ShouldNotBe(0);
        error.ShouldContain("can't be used");
    }

    [Fact]
    public async Task A_key_is_made_listed_and_revoked_on_the_command_line_while_the_program_runs_and_its_secret_is_kept_nowhere()
    {
        using var gateway = await GatewayProcess.Start(_folder.Path);
        using var channel = gateway.Channel();
        (await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("ada", "1"), default)).Version.ShouldBe(1ul);

        var key = await AddKey("channel", "--expires", "90d", "--limit", "100/200");
        await Until(async () => await Status(channel, null, "2") == StatusCode.Unauthenticated);
        (await Status(channel, key, "3")).ShouldBe(StatusCode.Ok);

        var list = (await GatewayProcess.Run(_folder.Path, "keys", "list")).Output;
        var id = key.Split('_')[1];
        list.ShouldContain(id);
        list.ShouldContain("100/200");
        list.ShouldNotContain(key.Split('_', 3)[2]);

        (await GatewayProcess.Run(_folder.Path, "keys", "revoke", id)).ExitCode.ShouldBe(0);
        (await GatewayProcess.Run(_folder.Path, "keys", "revoke", id)).ExitCode.ShouldNotBe(0);
        await Until(async () => await Status(channel, key, "4") == StatusCode.Unauthenticated);
        (await gateway.Terminate()).ShouldBe(0);

        var secret = key.Split('_', 3)[2];
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(secret)).ShouldBe(-1, file);
        }

        (gateway.Output + gateway.Error).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("--role", "boss", "--name", "x")]
    [InlineData("--role", "reader", "--name", "")]
    [InlineData("--role", "reader", "--name", "x", "--expires", "soon")]
    [InlineData("--role", "reader", "--name", "x", "--limit", "much")]
    [InlineData("--role", "reader", "--name", "x", "--workspace", "../x")]
    public async Task A_key_that_means_nothing_is_not_made(params string[] options)
    {
        var (exit, output, error) = await GatewayProcess.Run(_folder.Path, ["keys", "add", .. options]);
        exit.ShouldNotBe(0);
        output.ShouldBeEmpty();
        error.ShouldNotBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> AddKey(string role, params string[] options)
    {
        var (exit, output, error) = await GatewayProcess.Run(_folder.Path, ["keys", "add", "--role", role, "--name", "kim", .. options]);
        exit.ShouldBe(0, error);
        return output.Trim();
    }

    private static async Task<StatusCode> Status(GrpcChannel channel, string? key, string id)
    {
        try
        {
            await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("ada", id), GuardedGateway.With(key), default);
            return StatusCode.Ok;
        }
        catch (GrpcException failure)
        {
            return failure.Status;
        }
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(30); !await holds();)
        {
            DateTime.UtcNow.ShouldBeLessThan(deadline);
            await Task.Delay(100);
        }
    }
}
