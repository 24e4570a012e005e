using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>A gRPC call made by hand, for what no proper client would send.</summary>
internal static class RawCall
{
    public const string Interact = "/segmentofone.v1.Experience/Interact";
    public const string InteractStream = "/segmentofone.v1.Experience/InteractStream";

    /// <summary>A message as it travels.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, bool compressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Gzip(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>HTTP status; gRPC status and the failure's name where it got so far.</summary>
    public static async Task<(HttpStatusCode Http, StatusCode? Grpc, string? Name)> Post(
        Uri server, string path, HttpContent body, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.Add("te", "trailers");
        body.Headers.TryAddWithoutValidation("content-type", contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await response.Content.ReadAsByteArrayAsync();
        string? Header(string name) => response.Headers.Concat(response.TrailingHeaders).Where(header => header.Key == name).Select(header => header.Value.Single()).SingleOrDefault();
        return (response.StatusCode, Header("grpc-status") is { } status ? (StatusCode)int.Parse(status) : null, Header("segmentofone-error"));
    }
}
