using System.Net;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>gRPC over HTTP/2 as the server takes it, and each thing it refuses, by name.</summary>
public sealed class ProtocolTests(EchoServer server) : IClassFixture<EchoServer>
{
    private static readonly byte[] Hello = Raw.Frame(new EchoRequest { Text = "hello" });

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; charset=utf-8")]
    [InlineData("Application/GRPC+proto;x=y")]
    public async Task A_grpc_content_type_is_served(string contentType)
    {
        var answer = await Raw.PostAsync(server, Raw.Say, Hello, contentType);
        answer.ShouldBeOk();
        answer.Headers["content-type"].ShouldBe("application/grpc");
        EchoReply.Parser.ParseFrom(answer.Body.AsSpan(5)).Text.ShouldBe("hello");
    }

    [Theory]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Any_other_content_type_is_415(string? contentType) =>
        (await Raw.PostAsync(server, Raw.Say, Hello, contentType)).Http.ShouldBe(HttpStatusCode.UnsupportedMediaType);

    [Fact]
    public async Task Any_other_method_of_http_is_405() =>
        (await Raw.SendAsync(server, HttpMethod.Get, Raw.Say, null, null)).Http.ShouldBe(HttpStatusCode.MethodNotAllowed);

    [Theory]
    [InlineData("/echo.v1.Echo/Shout")]
    [InlineData("/echo.v2.Echo/Say")]
    [InlineData("/nothing")]
    public async Task An_unknown_method_is_unimplemented(string path) =>
        (await Raw.PostAsync(server, path, Hello)).ShouldBeTrailersOnly(StatusCode.Unimplemented, "unknown_method");

    [Fact]
    public async Task A_path_that_is_no_grpc_stays_404() =>
        (await Raw.PostAsync(server, "/nothing", Hello, "application/json")).Http.ShouldBe(HttpStatusCode.NotFound);

    [Theory]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("10s")]
    [InlineData("10X")]
    public async Task A_malformed_timeout_is_named(string timeout) =>
        (await Raw.PostAsync(server, Raw.Say, Hello, "application/grpc", ("grpc-timeout", timeout))).ShouldBeTrailersOnly(StatusCode.Internal, "malformed_timeout");

    [Theory]
    [InlineData("99999999H")]
    [InlineData("99999999n")]
    [InlineData("10S")]
    public async Task A_timeout_in_eight_digits_is_kept(string timeout) =>
        (await Raw.PostAsync(server, Raw.Say, Hello, "application/grpc", ("grpc-timeout", timeout))).ShouldBeOk();

    [Fact]
    public async Task A_timeout_of_nothing_has_passed_already() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame(new EchoRequest { Hang = true }), "application/grpc", ("grpc-timeout", "0m")))
            .ShouldBeTrailersOnly(StatusCode.DeadlineExceeded, "deadline_exceeded");

    [Fact]
    public async Task An_unknown_compression_is_refused_and_the_known_ones_are_named()
    {
        var answer = await Raw.PostAsync(server, Raw.Say, Hello, "application/grpc", ("grpc-encoding", "snappy"));
        answer.ShouldBeTrailersOnly(StatusCode.Unimplemented, "unsupported_compression");
        answer.Headers["grpc-accept-encoding"].ShouldBe("identity,gzip");
    }

    [Fact]
    public async Task A_compressed_message_is_read_and_its_reply_compressed_above_the_threshold()
    {
        var request = new EchoRequest { Text = new string('a', 10_000) };
        var answer = await Raw.PostAsync(
            server, Raw.Say, Raw.Frame(Raw.Gzipped(request.ToByteArray()), flag: 1), "application/grpc",
            ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,gzip"));
        answer.ShouldBeOk();
        answer.Headers["grpc-encoding"].ShouldBe("gzip");
        answer.Headers["grpc-accept-encoding"].ShouldBe("identity,gzip");
        answer.Body[0].ShouldBe((byte)1);
        answer.Body.Length.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task A_short_reply_is_not_compressed()
    {
        var answer = await Raw.PostAsync(
            server, Raw.Say, Raw.Frame(Raw.Gzipped(new EchoRequest { Text = "hi" }.ToByteArray()), flag: 1), "application/grpc",
            ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip"));
        answer.ShouldBeOk();
        answer.Body[0].ShouldBe((byte)0);
    }

    [Fact]
    public async Task A_reply_is_not_compressed_for_a_caller_that_does_not_accept_it()
    {
        var request = new EchoRequest { Text = new string('a', 10_000) };
        var answer = await Raw.PostAsync(
            server, Raw.Say, Raw.Frame(Raw.Gzipped(request.ToByteArray()), flag: 1), "application/grpc", ("grpc-encoding", "gzip"));
        answer.ShouldBeOk();
        answer.Body[0].ShouldBe((byte)0);
        answer.Headers.ShouldNotContainKey("grpc-encoding");
    }

    [Fact]
    public async Task A_compressed_message_without_a_compression_is_named() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame(Raw.Gzipped([8, 1]), flag: 1))).ShouldBeTrailersOnly(StatusCode.Internal, "undeclared_compression");

    [Fact]
    public async Task A_gzip_that_is_none_is_named() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame([1, 2, 3, 4, 5, 6, 7, 8, 9], flag: 1), "application/grpc", ("grpc-encoding", "gzip")))
            .ShouldBeTrailersOnly(StatusCode.Internal, "malformed_compression");

    [Fact]
    public async Task A_gzip_cut_short_is_named()
    {
        var packed = Raw.Gzipped(new EchoRequest { Text = "0123456789abcdefghijklmnopqrstuvwxyz" }.ToByteArray());
        for (var length = 0; length < packed.Length; length += 5)
        {
            (await Raw.PostAsync(server, Raw.Say, Raw.Frame(packed[..length], flag: 1), "application/grpc", ("grpc-encoding", "gzip")))
                .ShouldBeTrailersOnly(StatusCode.Internal, "malformed_compression");
        }
    }

    [Fact]
    public async Task A_gzip_bomb_is_stopped_at_the_limit()
    {
        var bomb = Raw.Gzipped(new byte[100 * 1024 * 1024]);
        bomb.Length.ShouldBeLessThan(200_000);
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame(bomb, flag: 1), "application/grpc", ("grpc-encoding", "gzip")))
            .ShouldBeTrailersOnly(StatusCode.ResourceExhausted, "message_too_large");
    }

    [Theory]
    [InlineData(4u * 1024 * 1024 + 1)]
    [InlineData(uint.MaxValue)]
    public async Task A_length_over_the_limit_is_refused_before_its_bytes_come(uint length) =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame([8, 1], length: length))).ShouldBeTrailersOnly(StatusCode.ResourceExhausted, "message_too_large");

    [Fact]
    public async Task A_message_at_the_limit_is_served()
    {
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) - 5]) };
        request.CalculateSize().ShouldBe(4 * 1024 * 1024);
        var answer = await Raw.PostAsync(server, Raw.Say, Raw.Frame(request));
        answer.ShouldBeOk();
        answer.Body.Length.ShouldBeGreaterThan(4 * 1024 * 1024);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public async Task Any_other_flag_is_named(byte flag) =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame([8, 1], flag))).ShouldBeTrailersOnly(StatusCode.Internal, "malformed_frame");

    [Fact]
    public async Task Bytes_that_are_no_message_are_named() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame([0xFF, 0xFF, 0xFF]))).ShouldBeTrailersOnly(StatusCode.InvalidArgument, "malformed_message");

    [Fact]
    public async Task Text_that_is_not_utf8_is_named() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame([0x0A, 2, 0xC3, 0x28]))).ShouldBeTrailersOnly(StatusCode.InvalidArgument, "malformed_message");

    [Fact]
    public async Task Bytes_need_not_be_utf8()
    {
        var answer = await Raw.PostAsync(server, Raw.Say, Raw.Frame(new EchoRequest { Text = "é", Payload = ByteString.CopyFrom(0xC3, 0x28) }));
        answer.ShouldBeOk();
    }

    [Fact]
    public async Task No_message_is_named() =>
        (await Raw.PostAsync(server, Raw.Say, [])).ShouldBeTrailersOnly(StatusCode.Unimplemented, "message_missing");

    [Fact]
    public async Task Two_messages_where_one_belongs_are_named() =>
        (await Raw.PostAsync(server, Raw.Say, [.. Hello, .. Hello])).ShouldBeTrailersOnly(StatusCode.Unimplemented, "extra_message");

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Half_a_frame_and_then_the_end_is_named(int length) =>
        (await Raw.PostAsync(server, Raw.Say, Hello[..length])).ShouldBeTrailersOnly(StatusCode.Internal, "incomplete_message");

    [Fact]
    public async Task A_whole_message_and_half_of_another_is_named() =>
        (await Raw.PostAsync(server, Raw.Join, [.. Hello, .. Hello[..7]])).ShouldBeTrailersOnly(StatusCode.Internal, "incomplete_message");

    [Theory]
    [InlineData(Raw.Say, 0)]
    [InlineData(Raw.Say, 3)]
    [InlineData(Raw.Say, 7)]
    [InlineData(Raw.Join, 3)]
    [InlineData(Raw.Talk, 7)]
    public async Task Half_a_frame_and_then_silence_ends_at_the_receive_timeout(string path, int length)
    {
        var time = new ManualTime();
        await using var patient = await EchoServer.StartAsync(options => options.ReceiveTimeout = TimeSpan.FromSeconds(30), time: time);
        using var stalling = new StallingContent(Hello[..length]);
        var answer = Raw.SendAsync(patient, HttpMethod.Post, path, stalling, "application/grpc");
        await time.TimerSetAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        (await answer).ShouldBeTrailersOnly(StatusCode.DeadlineExceeded, "receive_timeout");
    }

    [Fact]
    public async Task Half_a_frame_and_then_silence_ends_at_the_deadline()
    {
        using var stalling = new StallingContent(Hello[..7]);
        (await Raw.SendAsync(server, HttpMethod.Post, Raw.Say, stalling, "application/grpc", ("grpc-timeout", "50m")))
            .ShouldBeTrailersOnly(StatusCode.DeadlineExceeded, "deadline_exceeded");
    }

    [Fact]
    public async Task Silence_between_the_messages_of_a_stream_is_no_fault()
    {
        var time = new ManualTime();
        await using var patient = await EchoServer.StartAsync(time: time);
        using var channel = patient.Channel();
        using var call = channel.Streaming(EchoServer.Talk, null, CancellationToken.None);
        for (var i = 1; i <= 5; i++)
        {
            await call.WriteAsync(new EchoRequest { Text = "x" });
            (await call.ReadAsync())!.Number.ShouldBe(i);
            time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task Bytes_that_come_one_by_one_are_the_same_message()
    {
        using var trickle = new TrickleContent(Raw.Frame(new EchoRequest { Text = "slowly" }));
        var answer = await Raw.SendAsync(server, HttpMethod.Post, Raw.Say, trickle, "application/grpc");
        answer.ShouldBeOk();
        EchoReply.Parser.ParseFrom(answer.Body.AsSpan(5)).Text.ShouldBe("slowly");
    }

    private sealed class TrickleContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                await stream.WriteAsync(bytes.AsMemory(i, 1));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
