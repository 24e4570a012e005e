using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>
/// The floor: the method Interact on bare Kestrel, decoding each request and answering its id in a reply. No routing, no logging, no
/// gRPC library, no dependency injection of its own: what any gRPC server on Kestrel must do for these messages, and nothing else.
/// </summary>
public static class EchoServer
{
    private const int PrefixBytes = 5;

    /// <summary>Serves until the process is told to stop.</summary>
    public static async Task Run(IPEndPoint address, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // As many calls at once on a connection as the driver likes: the floor is not to be held back by a limit.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
            kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        app.Run(Echo);
        await app.StartAsync(ct);
        Console.WriteLine($"echo listens on {address}");
        await app.WaitForShutdownAsync(ct);
    }

    private static async Task Echo(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "application/grpc";
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync();
            if (IsWhole(read.Buffer, out var message))
            {
                var request = InteractRequest.Parser.ParseFrom(message);
                body.AdvanceTo(message.End);
                Write(response.BodyWriter, new InteractReply { InteractionId = request.InteractionId });
                break;
            }
            if (read.IsCompleted)
            {
                // Trailers-Only, INVALID_ARGUMENT: the call ended in the middle of its message.
                response.Headers["grpc-status"] = "3";
                return;
            }
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
        await response.BodyWriter.FlushAsync();
    }

    private static void Write(PipeWriter output, InteractReply reply)
    {
        var size = reply.CalculateSize();
        var frame = output.GetSpan(PrefixBytes + size)[..(PrefixBytes + size)];
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], size);
        reply.WriteTo(frame[PrefixBytes..]);
        output.Advance(frame.Length);
    }

    private static bool IsWhole(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < PrefixBytes)
        {
            return false;
        }
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        long length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (buffer.Length < PrefixBytes + length)
        {
            return false;
        }
        message = buffer.Slice(PrefixBytes, length);
        return true;
    }
}
