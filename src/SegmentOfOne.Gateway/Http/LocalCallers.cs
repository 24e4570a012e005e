using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>
/// While there are no keys, whoever can reach the port may do everything, and a browser on this machine reaches it for any page it
/// shows. So a call must name this machine as its host (else another name was made to point here), and must not come from a page
/// of elsewhere. A browser doesn't send a key by itself: once there are keys, nothing of this is needed.
/// </summary>
public static class LocalCallers
{
    public static IApplicationBuilder UseLocalCallersOnly(this IApplicationBuilder app, Gate gate, Telemetry telemetry) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (gate.NeedsKeys || (IsLocal(request.Host.Host) && IsOwn(request.Headers.Origin.ToString(), request.Host)))
        {
            return next(context);
        }

        var failure = new Failure(
            "not_local",
            $"Only this machine is served, by its loopback address: not {request.Host}{(request.Headers.Origin.Count > 0 ? $" for a page of {request.Headers.Origin}" : "")}.",
            StatusCode.PermissionDenied,
            StatusCodes.Status403Forbidden);
        telemetry.Failed(failure);
        return Problems.Write(context.Response, failure, default, context.RequestAborted);
    });

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(string origin, HostString host) =>
        origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase));
}
