using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>How services are bound, and what streams may do.</summary>
public sealed class ServerTests
{
    private static readonly Google.Protobuf.Reflection.ServiceDescriptor Echo = EchoReflection.Descriptor.Services[0];

    [Fact]
    public void A_method_without_a_handler_stops_the_start() =>
        Mapping(service => service.Unary<EchoRequest, EchoReply>("Say", Answer)).ShouldBe("echo.v1.Echo.Split has no handler.");

    [Fact]
    public void A_handler_without_a_method_stops_the_start() =>
        Mapping(service => service.Unary<EchoRequest, EchoReply>("Shout", Answer)).ShouldBe("echo.v1.Echo has no method Shout.");

    [Fact]
    public void A_handler_of_another_kind_stops_the_start() =>
        Mapping(service => service.Unary<EchoRequest, EchoReply>("Talk", Answer)).ShouldContain("takes many messages and gives many messages");

    [Fact]
    public void A_handler_of_other_messages_stops_the_start() =>
        Mapping(service => service.Unary<EchoReply, EchoReply>("Say", static (reply, _) => new(reply))).ShouldContain("bound to EchoReply");

    [Fact]
    public void Two_handlers_for_a_method_stop_the_start() =>
        Mapping(service => service.Unary<EchoRequest, EchoReply>("Say", Answer).Unary<EchoRequest, EchoReply>("Say", Answer)).ShouldContain("bound twice");

    [Fact]
    public void A_service_without_a_server_stops_the_start()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();
        Should.Throw<InvalidOperationException>(() => app.MapGrpcService(Echo, new EchoService().Bind)).Message.ShouldContain("AddGrpcServer");
    }

    [Fact]
    public async Task It_serves_under_a_test_server_too()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpcServer();
        await using var app = builder.Build();
        app.MapGrpcService(Echo, new EchoService().Bind);
        await app.StartAsync();
        var handler = app.GetTestServer().CreateHandler();
        using var channel = new GrpcChannel(new Uri("http://localhost"), new GrpcChannelOptions { Handler = handler });

        (await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "hello" }, CancellationToken.None)).Text.ShouldBe("hello");
        using var call = channel.ServerStreaming(EchoServer.Split, new EchoRequest { Times = 3 }, null, CancellationToken.None);
        (await call.ReadAsync())!.Number.ShouldBe(1);
        var failure = await Should.ThrowAsync<GrpcException>(async () =>
            await channel.UnaryAsync(EchoServer.Say, new EchoRequest { FailWith = 5 }, CancellationToken.None));
        failure.Status.ShouldBe(StatusCode.NotFound);

        using var http1 = app.GetTestClient();
        using var content = new ByteArrayContent([]);
        using var answer = await http1.PostAsync(new Uri("http://localhost/echo.v1.Echo/Say"), content);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.UpgradeRequired);
    }

    [Fact]
    public async Task A_stream_may_go_on_behind_a_message_that_does_not_parse()
    {
        await using var server = await ServingTalk(async (requests, replies, _) =>
        {
            for (var number = 1; ; number++)
            {
                try
                {
                    if (await requests.ReadAsync(CancellationToken.None) is not { } request)
                    {
                        return;
                    }

                    await replies.WriteAsync(new EchoReply { Text = request.Text, Number = number });
                }
                catch (GrpcException broken) when (broken.Status is StatusCode.InvalidArgument)
                {
                    await replies.WriteAsync(new EchoReply { Text = "what?", Number = number });
                }
            }
        });
        var body = (byte[])[.. Raw.Frame(new EchoRequest { Text = "a" }), .. Raw.Frame([255]), .. Raw.Frame(new EchoRequest { Text = "b" })];
        var answer = await Raw.PostAsync(server, Raw.Talk, body);
        answer.ShouldBeOk();
        answer.Body.ShouldBe((byte[])
        [
            .. Raw.Frame(new EchoReply { Text = "a", Number = 1 }),
            .. Raw.Frame(new EchoReply { Text = "what?", Number = 2 }),
            .. Raw.Frame(new EchoReply { Text = "b", Number = 3 }),
        ]);
    }

    [Fact]
    public async Task Messages_put_in_line_leave_together()
    {
        await using var server = await ServingTalk(static async (requests, replies, _) =>
        {
            for (var i = 1; i <= 1000; i++)
            {
                replies.Write(new EchoReply { Number = i });
            }

            await replies.FlushAsync();
            await requests.ReadAsync(CancellationToken.None);
            replies.Write(new EchoReply { Number = 1001 });
        });
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        for (var i = 1; i <= 1000; i++)
        {
            (await call.ReadAsync())!.Number.ShouldBe(i);
        }

        call.CompleteWriting();
        (await call.ReadAsync())!.Number.ShouldBe(1001);
        (await call.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_behind_messages_in_line_follows_them()
    {
        await using var server = await ServingTalk(static (_, replies, call) =>
        {
            call.ResponseHeaders.Add("early", "once");
            replies.Write(new EchoReply { Number = 1 });
            replies.Write(new EchoReply { Number = 2 });
            throw new GrpcException(StatusCode.Unavailable, "and no more");
        });
        var answer = await Raw.PostAsync(server, Raw.Talk, []);
        answer.Headers["early"].ShouldBe("once");
        answer.Headers.ShouldNotContainKey("grpc-status");
        answer.Body.ShouldBe((byte[])[.. Raw.Frame(new EchoReply { Number = 1 }), .. Raw.Frame(new EchoReply { Number = 2 })]);
        answer.Trailers["grpc-status"].ShouldBe("14");
    }

    [Fact]
    public async Task A_handler_that_reads_learns_that_its_caller_has_gone()
    {
        var learnt = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServingTalk(async (requests, replies, _) =>
        {
            await replies.WriteAsync(new EchoReply());
            learnt.SetResult(await Record.ExceptionAsync(async () => await requests.ReadAsync(CancellationToken.None)));
        });
        using var channel = server.Channel();
        using (var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None))
        {
            await call.ReadAsync();
        }

        (await learnt.Task).ShouldBeOfType<GrpcException>().Status.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task A_write_while_another_is_under_way_is_a_mistake_of_the_handler()
    {
        var mistake = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServingTalk(async (_, replies, _) =>
        {
            var large = new EchoReply { Payload = ByteString.CopyFrom(new byte[2_000_000]) };
            var first = replies.WriteAsync(large);
            first.IsCompleted.ShouldBeFalse();
            mistake.SetResult(await Record.ExceptionAsync(async () => await replies.WriteAsync(large)));
            await first;
        });
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        (await mistake.Task).ShouldBeOfType<InvalidOperationException>();
        (await call.ReadAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_handler_that_leaves_a_write_under_way_does_not_end_well()
    {
        await using var server = await ServingTalk(static (_, replies, _) =>
        {
            var forgotten = replies.WriteAsync(new EchoReply { Payload = ByteString.CopyFrom(new byte[2_000_000]) });
            forgotten.IsCompleted.ShouldBeFalse();
            return default;
        });
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        await Should.ThrowAsync<GrpcException>(async () =>
        {
            while (await call.ReadAsync() is not null)
            {
            }
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public async Task A_stream_that_waits_by_the_draining_token_ends_unavailable(int? minutes)
    {
        await using var server = await ServingTalk(static async (requests, replies, call) =>
        {
            while (await requests.ReadAsync(call.Draining) is not null)
            {
                await replies.WriteAsync(new EchoReply());
            }
        });
        using var channel = server.Channel();
        var options = new GrpcCallOptions { Timeout = minutes is { } limit ? TimeSpan.FromMinutes(limit) : null };
        using var call = channel.Streaming(EchoServer.Talk, options, CancellationToken.None);
        await call.WriteAsync(new EchoRequest());
        await call.ReadAsync();
        server.Server.BeginDrain();
        (await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync())).Status.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task A_stream_takes_more_than_any_one_request_might()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Join, null, CancellationToken.None);
        var large = new EchoRequest { Payload = ByteString.CopyFrom(new byte[4_000_000]) };
        for (var i = 0; i < 10; i++)
        {
            await call.WriteAsync(large);
        }

        (await call.ReadOnlyAsync()).Number.ShouldBe(10);
    }

    private static ValueTask<EchoReply> Answer(EchoRequest request, GrpcCall call) => new(new EchoReply());

    private static string Mapping(Action<GrpcServiceBinder> bind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpcServer();
        using var app = builder.Build();
        return Should.Throw<InvalidOperationException>(() => app.MapGrpcService(Echo, bind)).Message;
    }

    private static async Task<EchoServer> ServingTalk(Func<RequestStream<EchoRequest>, ResponseStream<EchoReply>, GrpcCall, ValueTask> talk) =>
        await EchoServer.StartAsync(talk: talk);
}
