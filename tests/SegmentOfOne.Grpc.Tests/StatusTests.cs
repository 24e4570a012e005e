using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>How calls end: each status, its detail and its trailers, from the handler to the caller.</summary>
public sealed class StatusTests(EchoServer server) : IClassFixture<EchoServer>
{
    public static TheoryData<StatusCode> Errors => [.. Enum.GetValues<StatusCode>().Where(code => code != StatusCode.Ok)];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Each_error_reaches_the_caller_with_its_detail_and_trailers(StatusCode code)
    {
        using var channel = server.Channel();
        var failure = await Should.ThrowAsync<GrpcException>(async () =>
            await channel.UnaryAsync(EchoServer.Say, new EchoRequest { FailWith = (int)code, FailDetail = "100 % naïve\n✓" }, CancellationToken.None));
        failure.Status.ShouldBe(code);
        failure.Message.ShouldBe("100 % naïve\n✓");
        failure.Trailers.Get("why").ShouldBe("asked");
        failure.Trailers.GetBytes("why-bin").ShouldBe([1, 2, 255]);
    }

    [Fact]
    public async Task An_error_without_a_reply_is_trailers_only() =>
        (await Raw.PostAsync(server, Raw.Say, Raw.Frame(new EchoRequest { FailWith = 14, FailDetail = "later" }))).ShouldBeTrailersOnly(StatusCode.Unavailable);

    [Fact]
    public async Task A_stream_that_fails_before_its_first_reply_is_trailers_only() =>
        (await Raw.PostAsync(server, "/echo.v1.Echo/Split", Raw.Frame(new EchoRequest { FailWith = 14 }))).ShouldBeTrailersOnly(StatusCode.Unavailable);

    [Fact]
    public async Task A_stream_without_replies_that_ends_well_has_headers_and_trailers() =>
        (await Raw.PostAsync(server, "/echo.v1.Echo/Split", Raw.Frame(new EchoRequest()))).ShouldBeOk();

    [Fact]
    public async Task A_stream_that_fails_after_replies_gives_them_first()
    {
        using var channel = server.Channel();
        using var call = channel.ServerStreaming(EchoServer.Split, new EchoRequest { Times = 2, FailWith = 15, FailDetail = "gone" }, null, CancellationToken.None);
        (await call.ReadAsync())!.Number.ShouldBe(1);
        (await call.ReadAsync())!.Number.ShouldBe(2);
        var failure = await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync());
        (failure.Status, failure.Message).ShouldBe((StatusCode.DataLoss, "gone"));
    }

    [Fact]
    public async Task An_exception_nobody_mapped_is_unknown_and_keeps_its_secret()
    {
        await using var failing = await EchoServer.StartAsync();
        failing.Service.OnCall = _ => throw new InvalidOperationException("password=hunter2");
        var answer = await Raw.PostAsync(failing, Raw.Say, Raw.Frame(new EchoRequest()));
        answer.ShouldBeTrailersOnly(StatusCode.Unknown, "unhandled");
        answer.ToString().ShouldNotContain("hunter2");
        answer.Headers["grpc-message"].ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task An_exception_of_the_application_is_what_the_application_says()
    {
        await using var mapping = await EchoServer.StartAsync(options => options.MapException = static (exception, call) =>
            exception is KeyNotFoundException ? new GrpcException(StatusCode.NotFound, $"{call.Method}: {exception.Message}") : null);
        mapping.Service.OnCall = _ => throw new KeyNotFoundException("no such thing");
        using var channel = mapping.Channel();
        var failure = await Should.ThrowAsync<GrpcException>(async () => await channel.UnaryAsync(EchoServer.Say, new EchoRequest(), CancellationToken.None));
        (failure.Status, failure.Message).ShouldBe((StatusCode.NotFound, "/echo.v1.Echo/Say: no such thing"));
    }

    [Fact]
    public async Task Every_failure_is_seen_on_its_way_out()
    {
        var seen = new List<string>();
        await using var watched = await EchoServer.StartAsync(options => options.OnFailure = (failure, method) =>
        {
            seen.Add($"{method} {failure.Status} {failure.Fault}");
            failure.Trailers.Add("fault", failure.Fault ?? "of its own");
        });
        (await Raw.PostAsync(watched, Raw.Say, Raw.Frame([255]))).Headers["fault"].ShouldBe("malformed_message");
        (await Raw.PostAsync(watched, Raw.Say, [], "application/grpc", ("grpc-timeout", "x"))).Headers["fault"].ShouldBe("malformed_timeout");
        (await Raw.PostAsync(watched, "/none", [])).Headers["fault"].ShouldBe("unknown_method");
        (await Raw.PostAsync(watched, Raw.Say, Raw.Frame(new EchoRequest { FailWith = 5 }))).Headers["fault"].ShouldBe("of its own");
        (await Raw.PostAsync(watched, "/echo.v1.Echo/Split", Raw.Frame(new EchoRequest { Times = 1, FailWith = 5 }))).Trailers["fault"].ShouldBe("of its own");
        (await Raw.PostAsync(watched, Raw.Say, Raw.Frame(new EchoRequest()))).ShouldBeOk();
        seen.ShouldBe(
        [
            "/echo.v1.Echo/Say InvalidArgument malformed_message", "/echo.v1.Echo/Say Internal malformed_timeout", "/none Unimplemented unknown_method",
            "/echo.v1.Echo/Say NotFound ", "/echo.v1.Echo/Split NotFound ",
        ]);
    }

    [Fact]
    public async Task A_handler_may_fail_without_throwing()
    {
        await using var failing = await EchoServer.StartAsync();
        failing.Service.OnCall = static call => call.Fail(StatusCode.FailedPrecondition, "not like this");
        (await Raw.PostAsync(failing, Raw.Say, Raw.Frame(new EchoRequest()))).ShouldBeTrailersOnly(StatusCode.FailedPrecondition);
        (await Raw.PostAsync(failing, Raw.Talk, [])).ShouldBeTrailersOnly(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Metadata_travels_both_ways()
    {
        await using var talking = await EchoServer.StartAsync();
        GrpcMetadata? seen = null;
        string? peer = null;
        talking.Service.OnCall = call =>
        {
            seen = call.RequestHeaders;
            peer = call.Peer;
            call.RequestHeader("token").ShouldBe("abc");
            call.ResponseHeaders.Add("early", "1").Add("early-bin", [0, 255]);
            call.ResponseTrailers.Add("late", "2").Add("late", "3");
        };
        using var channel = talking.Channel();
        var headers = new GrpcMetadata().Add("Token", "abc").Add("raw-bin", [7, 8, 9, 10]).Add("raw-bin", [11]);
        var reply = await channel.UnaryReplyAsync(EchoServer.Say, new EchoRequest(), new GrpcCallOptions { Headers = headers }, CancellationToken.None);

        seen!.Get("token").ShouldBe("abc");
        seen.Entries.Where(entry => entry.Key == "raw-bin").Count().ShouldBe(2);
        seen.GetBytes("raw-bin").ShouldBe([11]);
        peer.ShouldStartWith("ipv4:127.0.0.1:");
        reply.Headers.Get("early").ShouldBe("1");
        reply.Headers.GetBytes("early-bin").ShouldBe([0, 255]);
        reply.Trailers.Entries.Where(entry => entry.Key == "late").Select(entry => entry.Value).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Headers_of_a_handler_that_fails_are_sent_with_the_status()
    {
        await using var failing = await EchoServer.StartAsync();
        failing.Service.OnCall = static call =>
        {
            call.ResponseHeaders.Add("early", "1");
            call.ResponseTrailers.Add("late", "2");
        };
        var answer = await Raw.PostAsync(failing, Raw.Say, Raw.Frame(new EchoRequest { FailWith = 5 }));
        answer.ShouldBeTrailersOnly(StatusCode.NotFound);
        answer.Headers["early"].ShouldBe("1");
        answer.Headers["late"].ShouldBe("2");
    }

    [Theory]
    [InlineData("grpc-status-details-bin", "text")]
    [InlineData("with space", "x")]
    [InlineData("key", "line\nbreak")]
    [InlineData("key", "naïve")]
    public void Metadata_that_no_header_can_carry_is_refused(string key, string value) =>
        Should.Throw<ArgumentException>(() => new GrpcMetadata().Add(key, value));
}
