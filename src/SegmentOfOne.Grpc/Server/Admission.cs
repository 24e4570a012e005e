using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>What must hold before a request for one method is a call.</summary>
/// <param name="server">Whose limits hold.</param>
/// <param name="method"><c>/package.Service/Method</c>.</param>
/// <param name="takesMany">The caller sends a stream of messages.</param>
/// <param name="evenDraining">Calls are admitted while the server drains.</param>
internal sealed class Admission(GrpcServer server, string method, bool takesMany, bool evenDraining)
{
    private readonly GrpcServerOptions _options = server.Options;
    private readonly Func<GrpcCall, GrpcException?>? _admit = server.Options.Admit?.Invoke(method);

    /// <summary>The call, or null when the request was refused and the response says why.</summary>
    public GrpcCall? Admit(HttpContext http)
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
            Refuse(http, Faults.Draining());
            return null;
        }

        // 3. Its headers can be understood.
        var headers = request.Headers;
        TimeSpan? timeout = null;
        if (headers.GrpcTimeout is [{ } timeoutText, ..])
        {
            if (!TimeoutText.TryParse(timeoutText, out var parsed))
            {
                Refuse(http, Faults.MalformedTimeout());
                return null;
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
                Refuse(http, Faults.UnsupportedCompression(StatusCode.Unimplemented, encoding));
                return null;
            }
        }

        LiftBodyLimits(http);
        var call = new GrpcCall(server, http, method, gzip, CompressesReplies(headers, gzip));

        // 4. The caller may.
        if (_admit?.Invoke(call) is { } refusal)
        {
            Refuse(http, refusal);
            return null;
        }

        if (timeout is { } limit)
        {
            call.StartDeadline(limit);
        }

        return call;
    }

    private void Refuse(HttpContext http, GrpcException why) => StatusAlone.Answer(http.Response, _options, method, why);

    private bool CompressesReplies(IHeaderDictionary headers, bool gzipRequest) =>
        (_options.ResponseCompression is ResponseCompression.WhenAccepted
            || (_options.ResponseCompression is ResponseCompression.LikeRequest && gzipRequest))
        && headers.GrpcAcceptEncoding is [{ } accepted, ..]
        && Names.ListsGzip(accepted);

    // Kestrel's own guards are made for ordinary requests. Too slow a body aborts the whole connection, the calls beside this
    // one included: here the receive timeout does that work. And a stream may be longer than any one request should be.
    private void LiftBodyLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if ((takesMany || _options.MaxReceiveMessageBytes > KestrelBodyLimit)
            && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    // What Kestrel takes when nothing else is said.
    private const int KestrelBodyLimit = 30_000_000;
}
