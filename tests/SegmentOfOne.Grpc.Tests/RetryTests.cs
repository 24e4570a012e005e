using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>The client's own retry policy.</summary>
public sealed class RetryTests(EchoServer server) : IClassFixture<EchoServer>
{
    private static readonly GrpcRetryPolicy Quick = new() { MaxAttempts = 4, FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(2) };

    [Fact]
    public async Task What_is_unavailable_is_tried_again()
    {
        using var channel = server.Channel(new GrpcChannelOptions { Retry = Quick });
        (await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "thrice", FailFirst = 3 }, CancellationToken.None)).Text.ShouldBe("thrice");
    }

    [Fact]
    public async Task Attempts_come_to_an_end()
    {
        using var channel = server.Channel(new GrpcChannelOptions { Retry = Quick });
        (await FailureAsync(channel, new EchoRequest { Text = "too often", FailFirst = 4 })).Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Without_a_policy_nothing_is_tried_again()
    {
        using var channel = server.Channel();
        (await FailureAsync(channel, new EchoRequest { Text = "once", FailFirst = 1 })).Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Other_errors_are_not_tried_again()
    {
        await using var counting = await EchoServer.StartAsync();
        var calls = 0;
        counting.Service.OnCall = _ => Interlocked.Increment(ref calls);
        using var channel = counting.Channel(new GrpcChannelOptions { Retry = Quick });
        (await FailureAsync(channel, new EchoRequest { FailWith = (int)StatusCode.Internal })).Status.ShouldBe(StatusCode.Internal);
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_may_forbid_it()
    {
        using var channel = server.Channel(new GrpcChannelOptions { Retry = Quick });
        var failure = await FailureAsync(channel, new EchoRequest { Text = "never", FailFirst = 1, PushbackMs = -1 });
        failure.RetryPushback.ShouldBe(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task A_server_may_say_when()
    {
        var time = new ManualTime();
        using var channel = server.Channel(new GrpcChannelOptions { Retry = Quick, Time = time });
        var reply = channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "in an hour", FailFirst = 1, PushbackMs = 3_600_000 }, CancellationToken.None);
        await time.TimerSetAsync(TimeSpan.FromHours(1));
        time.Advance(TimeSpan.FromHours(1));
        (await reply).Text.ShouldBe("in an hour");
    }

    [Fact]
    public async Task A_wait_beyond_the_deadline_is_not_begun()
    {
        using var channel = server.Channel(new GrpcChannelOptions { Retry = Quick });
        var failure = await Should.ThrowAsync<GrpcException>(async () => await channel.UnaryAsync(
            EchoServer.Say,
            new EchoRequest { Text = "too late", FailFirst = 1, PushbackMs = 3_600_000 },
            new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(1) },
            CancellationToken.None));
        failure.Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_final()
    {
        var calls = 0;
        await using var odd = await Loopback.StartAsync(app => app.MapPost("/echo.v1.Echo/Say", async context =>
        {
            Interlocked.Increment(ref calls);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync();
            context.Response.AppendTrailer("grpc-status", "14");
        }));
        using var channel = new GrpcChannel(odd.Address, new GrpcChannelOptions { Retry = Quick });
        (await FailureAsync(channel, new EchoRequest())).Status.ShouldBe(StatusCode.Unavailable);
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task Each_attempt_says_which_it_is()
    {
        await using var listening = await EchoServer.StartAsync();
        var seen = new List<string?>();
        listening.Service.OnCall = call => seen.Add(call.RequestHeader("grpc-previous-rpc-attempts"));
        using var channel = listening.Channel(new GrpcChannelOptions { Retry = Quick });
        await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "count", FailFirst = 2 }, CancellationToken.None);
        seen.ShouldBe([null, "1", "2"]);
    }

    [Theory]
    [InlineData(1, 0.0, 80)]
    [InlineData(1, 0.5, 100)]
    [InlineData(2, 0.5, 200)]
    [InlineData(3, 0.5, 400)]
    [InlineData(9, 0.5, 1000)]
    [InlineData(9, 1.0, 1200)]
    public void Waits_grow_to_the_longest_and_vary_by_a_fifth(int attempt, double chance, int milliseconds)
    {
        var policy = new GrpcRetryPolicy { MaxAttempts = 10, FirstWait = TimeSpan.FromMilliseconds(100), LongestWait = TimeSpan.FromSeconds(1) };
        var wait = policy.WaitAfter(attempt, new GrpcException(StatusCode.Unavailable, ""), chance);
        wait!.Value.TotalMilliseconds.ShouldBe(milliseconds, 0.001);
    }

    private static async Task<GrpcException> FailureAsync(GrpcChannel channel, EchoRequest request) =>
        await Should.ThrowAsync<GrpcException>(async () => await channel.UnaryAsync(EchoServer.Say, request, CancellationToken.None));
}
