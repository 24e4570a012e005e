using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>The library's client against the library's server: the four kinds of call.</summary>
public sealed class CallsTests(EchoServer server) : IClassFixture<EchoServer>
{
    [Fact]
    public async Task A_unary_call_is_answered()
    {
        using var channel = server.Channel();
        var reply = await channel.UnaryAsync(EchoServer.Say, new EchoRequest { Text = "hello" }, CancellationToken.None);
        reply.Text.ShouldBe("hello");
    }

    [Fact]
    public async Task A_server_stream_is_read_to_its_end()
    {
        using var channel = server.Channel();
        using var call = channel.ServerStreaming(EchoServer.Split, new EchoRequest { Text = "a", Times = 100 }, null, CancellationToken.None);
        var numbers = new List<int>();
        await foreach (var reply in call)
        {
            numbers.Add(reply.Number);
        }

        numbers.ShouldBe(Enumerable.Range(1, 100));
    }

    [Fact]
    public async Task A_client_stream_is_answered_once()
    {
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Join, null, CancellationToken.None);
        foreach (var word in new[] { "to", "be", "or" })
        {
            await call.WriteAsync(new EchoRequest { Text = word });
        }

        var reply = await call.ReadOnlyAsync();
        (reply.Text, reply.Number).ShouldBe(("to be or", 3));
    }

    [Fact]
    public async Task A_conversation_goes_to_and_fro()
    {
        using var channel = server.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        for (var i = 1; i <= 10; i++)
        {
            await call.WriteAsync(new EchoRequest { Text = $"{i}" });
            (await call.ReadAsync())!.Number.ShouldBe(i);
        }

        call.CompleteWriting();
        (await call.ReadAsync()).ShouldBeNull();
    }
}
