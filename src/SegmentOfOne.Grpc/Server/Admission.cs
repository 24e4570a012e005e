using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>What must hold before a request is a call.</summary>
internal static class Admission
{
    /// <summary>The call, or null when the request was refused and the response says why.</summary>
    public static GrpcCall? Admit(GrpcServer server, HttpContext http, string method, bool takesOne, bool evenDraining)
    {
        // 1. gRPC at all: else it is answered in HTTP.
        var request = http.Request;
        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "HTTP/2";
            return null;
        }

        if (!Names.IsGrpcContentType(request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return null;
        }

        // 2. New calls are still taken.
        if (server.IsDraining && !evenDraining)
        {
            return Refuse(http, Faults.Draining());
        }

        // 3. Its headers can be understood.
        var headers = request.Headers;
        TimeSpan? timeout = null;
        if (headers.GrpcTimeout is [{ } timeoutText, ..])
        {
            if (!TimeoutText.TryParse(timeoutText, out var parsed))
            {
                return Refuse(http, new GrpcException(StatusCode.Internal, "malformed_timeout: grpc-timeout is at most 8 digits and one of H M S m u n"));
            }

            timeout = parsed;
        }

        var gzip = false;
        if (headers.GrpcEncoding is [{ } encoding, ..] && encoding != Names.Identity)
        {
            gzip = encoding == Names.Gzip;
            http.Response.Headers.GrpcAcceptEncoding = Names.Accepted;
            if (!gzip)
            {
                return Refuse(http, new GrpcException(StatusCode.Unimplemented, $"unsupported_compression: {encoding}; supported are {Names.Accepted}"));
            }
        }

        // 4. The server's own guards fit ordinary requests, not streams that live for hours.
        if (!takesOne || server.Options.MaxReceiveMessageBytes > KestrelBodyLimit)
        {
            LiftBodyLimits(http);
        }

        var accepts = server.Options.ResponseCompression switch
        {
            ResponseCompression.Never => false,
            ResponseCompression.LikeRequest => gzip && AcceptsGzip(headers),
            _ => AcceptsGzip(headers),
        };
        var call = new GrpcCall(server, http, method, gzip, accepts);
        if (timeout is { } limit)
        {
            call.StartDeadline(limit);
        }

        return call;
    }

    /// <summary>Answers with the status alone.</summary>
    public static GrpcCall? Refuse(HttpContext http, GrpcException why)
    {
        http.Response.ContentType = Names.ContentType;
        GrpcCall.Append(http.Response.Headers, why);
        return null;
    }

    // Kestrel's default for a request body; a message limit above it needs the limit lifted.
    private const int KestrelBodyLimit = 30_000_000;

    private static bool AcceptsGzip(IHeaderDictionary headers) =>
        headers.GrpcAcceptEncoding is [{ } accepted, ..] && Names.ListsGzip(accepted);

    private static void LiftBodyLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
