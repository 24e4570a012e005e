using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>
/// What goes wrong before any handler sees a call (broken bytes, a message too large, no such method) has its name in front of
/// the gRPC message. Here it gets the trailer that every other failure has, and is counted like them.
/// </summary>
public static class FaultNames
{
    public static IApplicationBuilder UseFaultNames(this IApplicationBuilder app, Telemetry telemetry) => app.Use(async (context, next) =>
    {
        await next(context).ConfigureAwait(false);

        // Trailers-Only: the status stands in the headers, and they have not left yet.
        var headers = context.Response.Headers;
        if (!context.Response.HasStarted && headers.GrpcStatus is [{ } status, ..] && !headers.ContainsKey(Failure.Trailer))
        {
            var message = headers.GrpcMessage.ToString();
            if (message.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                var name = message[..colon];
                headers[Failure.Trailer] = name;
                telemetry.Failed(new Failure(name, message, Enum.Parse<StatusCode>(status), StatusCodes.Status200OK));
            }
        }
    });
}
