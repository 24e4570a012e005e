using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>What the client makes of servers that are odd, broken or not there.</summary>
public sealed class ClientTests(EchoServer server) : IClassFixture<EchoServer>
{
    private static readonly byte[] Reply = Raw.Frame(new EchoReply { Text = "hello" });

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(415, StatusCode.Unknown)]
    public async Task An_error_of_http_is_a_status(int http, StatusCode status) =>
        (await FailureAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        })).Status.ShouldBe(status);

    [Theory]
    [InlineData(0, StatusCode.Unavailable)]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    [InlineData(2, StatusCode.Internal)]
    public async Task A_reset_is_a_status_before_the_answer_and_within_it(int code, StatusCode status)
    {
        // A stream that was refused is tried again below this library, until the handler there gives up.
        (await FailureAsync(context =>
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);
            return Task.CompletedTask;
        })).Status.ShouldBe(status);
        (await FailureAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Reply);
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(code);
        })).Status.ShouldBe(status);
    }

    [Fact]
    public async Task An_answer_that_is_no_grpc_is_unknown() =>
        (await FailureAsync(context => context.Response.WriteAsync("<html>"))).Status.ShouldBe(StatusCode.Unknown);

    [Fact]
    public async Task An_answer_without_a_status_is_unknown() =>
        (await FailureAsync(context => AnswerAsync(context, Reply, status: null))).Message.ShouldStartWith("status_missing");

    [Fact]
    public async Task A_status_that_does_not_exist_is_unknown()
    {
        var failure = await FailureAsync(context => AnswerAsync(context, [], "99"));
        (failure.Status, failure.Message).ShouldBe((StatusCode.Unknown, "status_unknown: 99: "));
    }

    [Fact]
    public async Task No_message_and_ok_is_a_fault() =>
        (await FailureAsync(context => AnswerAsync(context, [], "0"))).Message.ShouldStartWith("message_missing");

    [Fact]
    public async Task Two_messages_where_one_belongs_are_a_fault() =>
        (await FailureAsync(context => AnswerAsync(context, [.. Reply, .. Reply], "0"))).Message.ShouldStartWith("extra_message");

    [Fact]
    public async Task An_answer_over_the_limit_is_refused()
    {
        using var channel = server.Channel(new GrpcChannelOptions { MaxReceiveMessageBytes = 1000 });
        var failure = await Should.ThrowAsync<GrpcException>(async () =>
            await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Payload = ByteString.CopyFrom(new byte[1000]) }, CancellationToken.None));
        failure.Status.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_bomb_of_an_answer_is_stopped_at_the_limit() =>
        (await FailureAsync(context =>
        {
            context.Response.Headers.GrpcEncoding = "gzip";
            return AnswerAsync(context, Raw.Frame(Raw.Gzipped(new byte[100_000_000]), flag: 1), "0");
        })).Status.ShouldBe(StatusCode.ResourceExhausted);

    [Fact]
    public async Task An_answer_that_is_no_message_is_a_fault() =>
        (await FailureAsync(context => AnswerAsync(context, Raw.Frame([255, 255]), "0"))).Message.ShouldStartWith("malformed_message");

    [Fact]
    public async Task Gzip_goes_both_ways()
    {
        using var channel = server.Channel();
        var text = new string('a', 100_000);
        var reply = await channel.UnaryReplyAsync(EchoServer.Say, new EchoRequest { Text = text }, new GrpcCallOptions { Gzip = true }, CancellationToken.None);
        reply.Message.Text.ShouldBe(text);
        reply.Headers.Get("grpc-encoding").ShouldBe("gzip");
        using var call = channel.Streaming(EchoServer.Talk, new GrpcCallOptions { Gzip = true }, CancellationToken.None);
        await call.WriteAsync(new EchoRequest { Text = text });
        (await call.ReadAsync())!.Text.ShouldBe(text);
    }

    [Fact]
    public async Task Nobody_there_is_unavailable()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var address = new Uri($"http://{reserved.LocalEndpoint}");
        reserved.Stop();
        using var channel = new GrpcChannel(address);
        (await SayAsync(channel)).Status.ShouldBe(StatusCode.Unavailable);
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        (await Should.ThrowAsync<GrpcException>(async () => await call.WriteAsync(new EchoRequest()))).Status.ShouldBe(StatusCode.Unavailable);
        (await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync())).Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = new GrpcChannel(new Uri($"http://{listener.LocalEndpoint}"));
        var failing = SayAsync(channel);
        using (var accepted = await listener.AcceptTcpClientAsync())
        {
            await accepted.GetStream().ReadExactlyAsync(new byte[24]);
        }

        (await failing).Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_server_that_is_gone_within_an_answer_is_unavailable()
    {
        var failure = await FailureAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Reply.AsMemory(0, 7));
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>().Abort();
        });
        failure.Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task More_calls_than_a_connection_takes_share_more_connections()
    {
        using var channel = server.Channel();
        var replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
            (await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = $"{i}" }, CancellationToken.None)).Text));
        replies.ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Writing_to_a_call_that_has_ended_fails_and_reading_says_why()
    {
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        await call.WriteAsync(new EchoRequest { FailWith = 9, FailDetail = "enough" });
        (await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync())).Message.ShouldBe("enough");
        await Should.ThrowAsync<GrpcException>(async () => await call.WriteAsync(new EchoRequest()));
    }

    [Fact]
    public void A_method_is_checked_against_its_contract()
    {
        var echo = EchoReflection.Descriptor.Services[0];
        Should.Throw<ArgumentException>(() => new GrpcMethod<EchoRequest, EchoReply>(echo, "Shout"));
        Should.Throw<ArgumentException>(() => new GrpcMethod<EchoReply, EchoReply>(echo, "Say"));
    }

    private static async Task<GrpcException> FailureAsync(RequestDelegate answer)
    {
        await using var odd = await Loopback.StartAsync(app => app.MapPost("/echo.v1.Echo/Say", answer));
        using var channel = new GrpcChannel(odd.Address);
        return await SayAsync(channel);
    }

    private static async Task<GrpcException> SayAsync(GrpcChannel channel) =>
        await Should.ThrowAsync<GrpcException>(async () => await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "x" }, CancellationToken.None));

    private static async Task AnswerAsync(HttpContext context, byte[] body, string? status)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    }
}
