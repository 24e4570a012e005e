using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>Calls made by hand, byte by byte, for what no proper client would send; and what came back, undigested.</summary>
internal static class Raw
{
    public const string Say = "/echo.v1.Echo/Say";
    public const string Join = "/echo.v1.Echo/Join";
    public const string Talk = "/echo.v1.Echo/Talk";

    /// <summary>A message as it travels.</summary>
    public static byte[] Frame(IMessage message, byte flag = 0) => Frame(message.ToByteArray(), flag);

    public static byte[] Frame(byte[] message, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] Gzipped(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    public static async Task<RawAnswer> PostAsync(
        EchoServer server, string path, byte[] body, string? contentType = "application/grpc", params (string Name, string Value)[] headers) =>
        await SendAsync(server, HttpMethod.Post, path, new ByteArrayContent(body), contentType, headers);

    public static async Task<RawAnswer> SendAsync(
        EchoServer server, HttpMethod method, string path, HttpContent? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.Add("te", "trailers");
        if (contentType is not null)
        {
            body?.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new RawAnswer(
            response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
            bytes,
            response.TrailingHeaders.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }
}
