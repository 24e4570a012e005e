using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Contracts.HealthV1;
using SegmentOfOne.Grpc.Server;
using static SegmentOfOne.Grpc.Contracts.HealthV1.HealthCheckResponse.Types;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>Going down without a call lost, and health, which says so beforehand.</summary>
public sealed class DrainTests
{
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check = new(HealthReflection.Descriptor.Services[0], "Check");
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Watch = new(HealthReflection.Descriptor.Services[0], "Watch");

    [Fact]
    public async Task Calls_under_way_finish_and_new_ones_are_unavailable()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        await call.WriteAsync(new EchoRequest { Text = "before" });
        await call.ReadAsync();

        server.Server.BeginDrain();

        (await Raw.PostAsync(server, Raw.Say, Raw.Frame(new EchoRequest()))).ShouldBeTrailersOnly(StatusCode.Unavailable, "draining");
        await call.WriteAsync(new EchoRequest { Text = "after" });
        (await call.ReadAsync())!.Text.ShouldBe("after");
        call.CompleteWriting();
        (await call.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_host_that_stops_waits_for_the_calls_under_way()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Join, null, CancellationToken.None);
        await call.WriteAsync(new EchoRequest { Text = "one" });
        await call.WriteAsync(new EchoRequest { Text = "two" });
        using var other = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        await other.WriteAsync(new EchoRequest());
        await other.ReadAsync();
        other.CompleteWriting();
        await other.ReadAsync();

        var stopping = server.StopAsync();
        await WaitFor(server.Server.Draining);
        (await call.ReadOnlyAsync()).Text.ShouldBe("one two");
        await stopping;
    }

    [Fact]
    public async Task Health_is_asked_by_service_and_as_a_whole()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcHealth());
        using var channel = server.Channel();
        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.Serving);
        (await CheckAsync(channel, "echo.v1.Echo")).ShouldBe(ServingStatus.Serving);
        var failure = await Should.ThrowAsync<GrpcException>(async () => await CheckAsync(channel, "nobody"));
        failure.Status.ShouldBe(StatusCode.NotFound);

        server.Health.Set("nobody", isServing: true);
        server.Health.Set("echo.v1.Echo", isServing: false);
        (await CheckAsync(channel, "nobody")).ShouldBe(ServingStatus.Serving);
        (await CheckAsync(channel, "echo.v1.Echo")).ShouldBe(ServingStatus.NotServing);
        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Health_goes_on_answering_while_the_server_drains()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcHealth());
        using var channel = server.Channel();
        server.Server.BeginDrain();
        (await CheckAsync(channel, "")).ShouldBe(ServingStatus.NotServing);
        (await CheckAsync(channel, "echo.v1.Echo")).ShouldBe(ServingStatus.NotServing);
    }

    [Fact]
    public async Task A_watch_tells_each_change_and_ends_with_the_server()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcHealth());
        using var channel = server.Channel();
        using var watch = channel.ServerStreaming(Watch, new HealthCheckRequest { Service = "part" }, null, CancellationToken.None);
        (await watch.ReadAsync())!.Status.ShouldBe(ServingStatus.ServiceUnknown);
        server.Health.Set("part", isServing: true);
        (await watch.ReadAsync())!.Status.ShouldBe(ServingStatus.Serving);
        server.Health.Set("another", isServing: true);
        server.Health.Set("part", isServing: false);
        (await watch.ReadAsync())!.Status.ShouldBe(ServingStatus.NotServing);
        server.Health.Set("part", isServing: true);
        (await watch.ReadAsync())!.Status.ShouldBe(ServingStatus.Serving);

        var stopping = server.StopAsync();
        (await watch.ReadAsync())!.Status.ShouldBe(ServingStatus.NotServing);
        (await Should.ThrowAsync<GrpcException>(async () => await watch.ReadAsync())).Status.ShouldBe(StatusCode.Unavailable);
        await stopping;
    }

    private static async Task<ServingStatus> CheckAsync(GrpcChannel channel, string service) =>
        (await channel.UnaryAsync(Check, new HealthCheckRequest { Service = service }, CancellationToken.None)).Status;

    private static Task WaitFor(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        token.Register(fired.SetResult);
        return fired.Task;
    }
}
