using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using SegmentOfOne.Grpc.Server;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>What a unary call costs the server in memory, apart from Kestrel and the handler: a budget that changes must keep.</summary>
public sealed class AllocationTests
{
    // The call itself (112 bytes) and the parsed request (72 bytes), on 64 bits.
    private const int BytesACall = 192;

    // Without messages.
    private const int BytesACallAlone = 120;

    private const int Calls = 1000;

    [Theory]
    [InlineData(null)]
    [InlineData("10S")]
    public void A_unary_call_allocates_the_call_and_its_messages_and_no_more(string? timeout)
    {
        using var server = new GrpcServer(new GrpcServerOptions(), TimeProvider.System, NullLogger.Instance, lifetime: null);
        var reply = new EchoReply { Text = "hello", Number = 1 };
        var endpoint = new UnaryEndpoint<EchoRequest, EchoReply>(
            new Admission(server, Raw.Say, takesMany: false, evenDraining: false), new MessageType<EchoRequest>(fromCaller: true), (_, _) => new ValueTask<EchoReply>(reply), (answer, call) =>
            {
                call.Answer(answer);
                return default;
            });
        Allocated(endpoint, timeout).ShouldBeLessThanOrEqualTo(BytesACall);
    }

    [Fact]
    public void A_unary_call_that_is_read_and_answered_as_bytes_allocates_the_call_alone()
    {
        using var server = new GrpcServer(new GrpcServerOptions(), TimeProvider.System, NullLogger.Instance, lifetime: null);
        var reply = new EchoReply { Text = "hello", Number = 1 }.ToByteArray();
        var requests = new MessageMeaning<EchoRequest, int>(
            new MessageType<EchoRequest>(fromCaller: true),
            static (ReadOnlySpan<byte> message, out int length) =>
            {
                length = message.Length;
                return true;
            },
            static request => request.CalculateSize());
        var endpoint = new UnaryEndpoint<int, int>(
            new Admission(server, Raw.Say, takesMany: false, evenDraining: false), requests, static (length, _) => new ValueTask<int>(length), (_, call) =>
            {
                call.Answer(reply.AsSpan());
                return default;
            });

        Allocated(endpoint, timeout: null).ShouldBeLessThanOrEqualTo(BytesACallAlone);
    }

    private static long Allocated(MethodEndpoint endpoint, string? timeout)
    {
        var http = Http(Raw.Frame(new EchoRequest { Times = 3 }), timeout);
        Serve(endpoint, http, Calls);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Serve(endpoint, http, Calls);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;

        http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus.ToString().ShouldBe("0");
        return bytes;
    }

    private static void Serve(MethodEndpoint endpoint, HttpContext http, int times)
    {
        for (var i = 0; i < times; i++)
        {
            endpoint.InvokeAsync(http).IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    private static DefaultHttpContext Http(byte[] frame, string? timeout)
    {
        var http = new DefaultHttpContext();
        http.Request.Protocol = "HTTP/2";
        http.Request.ContentType = "application/grpc";
        if (timeout is not null)
        {
            http.Request.Headers.GrpcTimeout = timeout;
        }

        http.Features.Set<IRequestBodyPipeFeature>(new SameBody(frame));
        http.Features.Set<IHttpResponseBodyFeature>(new NoBody());
        http.Features.Set<IHttpResponseTrailersFeature>(new Trailers());
        return http;
    }

    private sealed class Trailers : IHttpResponseTrailersFeature
    {
        IHeaderDictionary IHttpResponseTrailersFeature.Trailers { get; set; } = new HeaderDictionary();
    }

    /// <summary>The same whole body for every request.</summary>
    private sealed class SameBody(byte[] frame) : PipeReader, IRequestBodyPipeFeature
    {
        private readonly ReadResult _whole = new(new ReadOnlySequence<byte>(frame), isCanceled: false, isCompleted: true);

        public PipeReader Reader => this;

        public override bool TryRead(out ReadResult result)
        {
            result = _whole;
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => new(_whole);

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    /// <summary>Takes what is written and forgets it.</summary>
    private sealed class NoBody : PipeWriter, IHttpResponseBodyFeature
    {
        private readonly byte[] _room = new byte[4096];

        public Stream Stream => Stream.Null;

        public PipeWriter Writer => this;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _room;

        public override Span<byte> GetSpan(int sizeHint = 0) => _room;

        public override void Advance(int bytes)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
