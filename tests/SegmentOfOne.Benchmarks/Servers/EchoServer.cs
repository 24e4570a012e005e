using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>
/// The floor: a unary gRPC method on bare Kestrel that answers each message with the same bytes. It reads the five bytes of
/// the frame to know where the message ends and decodes no protobuf; no routing, no logging, no dependency injection of its
/// own. What any gRPC server on Kestrel must do, and nothing else.
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
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
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
            if (IsWhole(read.Buffer, out var framed))
            {
                foreach (var part in framed)
                {
                    response.BodyWriter.Write(part.Span);
                }
                body.AdvanceTo(framed.End);
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

    private static bool IsWhole(ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> framed)
    {
        framed = default;
        if (buffer.Length < PrefixBytes)
        {
            return false;
        }
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        long length = PrefixBytes + BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (buffer.Length < length)
        {
            return false;
        }
        framed = buffer.Slice(0, length);
        return true;
    }
}
