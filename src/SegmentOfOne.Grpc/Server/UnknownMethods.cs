using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>
/// Answers UNIMPLEMENTED to gRPC calls that no endpoint took. It stands behind all endpoints instead of being a catch-all
/// route, which would turn the 404 and 405 of an application's other routes into something else.
/// </summary>
internal sealed class UnknownMethods(GrpcServer server) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        app.Use((http, rest) =>
        {
            if (!HttpMethods.IsPost(http.Request.Method) || http.GetEndpoint() is not null || !Names.IsGrpcContentType(http.Request.ContentType))
            {
                return rest(http);
            }

            var method = http.Request.Path.ToString();
            StatusAlone.Answer(http.Response, server.Options, method, Faults.UnknownMethod(method));
            return Task.CompletedTask;
        });
    };
}
