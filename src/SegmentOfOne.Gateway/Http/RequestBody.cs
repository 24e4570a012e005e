using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Reads JSON bodies within their bound.</summary>
public static class RequestBody
{
    /// <summary>Bytes in one body or message, on HTTP and gRPC alike.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>The whole body, or why it is not read: another content type than JSON in UTF-8, or too many bytes.</summary>
    public static async ValueTask<Answer<byte[]>> Read(HttpRequest request, CancellationToken ct)
    {
        if (!IsJson(request.ContentType))
        {
            return new Failure(
                "content_type_unsupported",
                $"The body must be application/json in UTF-8, not '{request.ContentType}'.",
                StatusCode.InvalidArgument,
                StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.Headers.ContentEncoding.Count > 0)
        {
            return new Failure(
                "content_encoding_unsupported",
                $"The body must come as it is, not as {request.Headers.ContentEncoding}.",
                StatusCode.InvalidArgument,
                StatusCodes.Status415UnsupportedMediaType);
        }

        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostBytes;
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(ct).ConfigureAwait(false);
                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Failure.TooLarge($"The body may have {MostBytes} bytes.");
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
