using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>Deadlines and cancellation, kept on both sides.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly GrpcCallOptions WithinAMinute = new() { Timeout = Minute };

    [Fact]
    public async Task The_server_answers_at_the_deadline_though_its_handler_goes_on()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        var finish = new TaskCompletionSource();
        server.Service.OnCall = _ => finish.Task.Wait();
        var answer = Raw.PostAsync(server, Raw.Say, Raw.Frame(new EchoRequest()), "application/grpc", ("grpc-timeout", "1M"));
        await time.TimerSetAsync(Minute);
        time.Advance(Minute);
        (await answer).ShouldBeTrailersOnly(StatusCode.DeadlineExceeded, "deadline_exceeded");
        finish.SetResult();
    }

    [Fact]
    public async Task A_stream_that_has_begun_ends_at_the_deadline_behind_its_messages()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        using var channel = server.Channel();
        using var call = channel.ServerStreaming(
            EchoServer.Split, new EchoRequest { Times = 3, Hang = true }, WithinAMinute, CancellationToken.None);
        for (var i = 1; i <= 3; i++)
        {
            (await call.ReadAsync())!.Number.ShouldBe(i);
        }

        time.Advance(Minute);
        (await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync())).Status.ShouldBe(StatusCode.DeadlineExceeded);
        await server.Service.HangEnded.Task;
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_is_reset_after_the_deadline()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        using var channel = server.Channel();
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Service.OnCall = call => call.HttpContext.Response.OnCompleted(() =>
        {
            ended.SetResult(true);
            return Task.CompletedTask;
        });
        var flood = new EchoRequest { Times = int.MaxValue, Payload = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]) };
        using var call = channel.ServerStreaming(EchoServer.Split, flood, WithinAMinute, CancellationToken.None);
        await call.ReadAsync();
        time.Advance(Minute);

        // Where the deadline comes before what may be sent unread is sent, the call ends by itself.
        await Task.WhenAny(ended.Task, time.TimerSetAsync(TimeSpan.FromSeconds(1))).WaitAsync(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromSeconds(1));
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_handler_sees_the_deadline_and_its_token_fires()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        DateTimeOffset? deadline = null;
        server.Service.OnCall = call => deadline = call.Deadline;
        using var channel = server.Channel();
        var reply = channel.UnaryAsync(EchoServer.Say, new EchoRequest { Hang = true }, WithinAMinute, CancellationToken.None);
        await server.Service.HangBegan.Task;
        deadline.ShouldBe(time.GetUtcNow() + Minute);
        time.Advance(Minute);
        (await Should.ThrowAsync<GrpcException>(async () => await reply)).Status.ShouldBe(StatusCode.DeadlineExceeded);
        await server.Service.HangEnded.Task;
    }

    [Fact]
    public async Task A_call_without_a_deadline_has_none()
    {
        await using var server = await EchoServer.StartAsync();
        DateTimeOffset? deadline = DateTimeOffset.MinValue;
        server.Service.OnCall = call => deadline = call.Deadline;
        using var channel = server.Channel();
        await channel.UnaryAsync(EchoServer.Say, new EchoRequest(), CancellationToken.None);
        deadline.ShouldBeNull();
    }

    [Fact]
    public async Task The_client_keeps_the_deadline_of_a_server_that_does_not()
    {
        var clientTime = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: new ManualTime());
        using var channel = server.Channel(new GrpcChannelOptions { Time = clientTime });
        var reply = channel.UnaryAsync(EchoServer.Say, new EchoRequest { Hang = true }, WithinAMinute, CancellationToken.None);
        await server.Service.HangBegan.Task;
        clientTime.Advance(Minute);
        (await Should.ThrowAsync<GrpcException>(async () => await reply)).Status.ShouldBe(StatusCode.DeadlineExceeded);
        await server.Service.HangEnded.Task;
    }

    [Fact]
    public async Task A_call_that_the_caller_cancels_is_cancelled_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        using var cancel = new CancellationTokenSource();
        var reply = channel.UnaryAsync(EchoServer.Say, new EchoRequest { Hang = true }, WithinAMinute, cancel.Token);
        await server.Service.HangBegan.Task;
        await cancel.CancelAsync();
        (await Should.ThrowAsync<GrpcException>(async () => await reply)).Status.ShouldBe(StatusCode.Cancelled);
        await server.Service.HangEnded.Task;
    }

    [Fact]
    public async Task A_stream_that_is_disposed_early_is_cancelled_at_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        using (var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None))
        {
            await call.WriteAsync(new EchoRequest { Hang = true });
            await server.Service.HangBegan.Task;
        }

        await server.Service.HangEnded.Task;
    }

    [Fact]
    public async Task A_server_that_writes_to_a_caller_that_has_gone_is_told()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Service.OnCall = call => call.CancellationToken.Register(gone.SetResult);
        using (var call = channel.ServerStreaming(EchoServer.Split, new EchoRequest { Times = int.MaxValue }, null, CancellationToken.None))
        {
            await call.ReadAsync();
        }

        await gone.Task;
    }

    [Fact]
    public async Task Timers_that_are_used_again_fire_for_the_call_that_has_them_now()
    {
        var time = new ManualTime();
        await using var server = await EchoServer.StartAsync(time: time);
        using var channel = server.Channel();
        for (var i = 0; i < 20; i++)
        {
            await channel.UnaryAsync(EchoServer.Say, new EchoRequest(), WithinAMinute, CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(40));
        }

        var reply = channel.UnaryAsync(EchoServer.Say, new EchoRequest { Hang = true }, WithinAMinute, CancellationToken.None);
        await server.Service.HangBegan.Task;
        time.Advance(TimeSpan.FromSeconds(40));
        reply.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(20));
        (await Should.ThrowAsync<GrpcException>(async () => await reply)).Status.ShouldBe(StatusCode.DeadlineExceeded);
    }
}
