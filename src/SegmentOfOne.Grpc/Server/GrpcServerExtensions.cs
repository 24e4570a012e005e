using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SegmentOfOne.Grpc.Server;

/// <summary>How an ASP.NET Core application becomes a gRPC server.</summary>
public static class GrpcServerExtensions
{
    /// <summary>Adds what the endpoints need. Time is the container's <see cref="TimeProvider"/> when it has one.</summary>
    public static IServiceCollection AddGrpcServer(this IServiceCollection services, Action<GrpcServerOptions>? configure = null)
    {
        services.AddRouting();
        services.TryAddSingleton(provider =>
        {
            var options = new GrpcServerOptions();
            configure?.Invoke(options);
            return new GrpcServer(
                options,
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILogger<GrpcServer>>(),
                provider.GetService<IHostApplicationLifetime>());
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, UnknownMethods>());
        return services;
    }

    /// <summary>
    /// Serves the service: <paramref name="bind"/> must give each of its methods a handler, else
    /// <see cref="InvalidOperationException"/>. What comes back takes conventions such as <c>RequireHost</c> or
    /// <c>RequireAuthorization</c>, for all methods at once.
    /// </summary>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder endpoints, Google.Protobuf.Reflection.ServiceDescriptor service, Action<GrpcServiceBinder> bind)
    {
        var server = ServerOf(endpoints);
        return Map(endpoints, server, new GrpcServiceBinder(server, service), bind);
    }

    internal static GrpcServer ServerOf(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetService<GrpcServer>()
        ?? throw new InvalidOperationException("services.AddGrpcServer() comes before mapping a gRPC service.");

    internal static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder endpoints, GrpcServer server, GrpcServiceBinder binder, Action<GrpcServiceBinder> bind)
    {
        bind(binder);
        binder.RequireComplete();
        server.Add(binder.Service);
        var group = endpoints.MapGroup("");
        foreach (var (method, endpoint) in binder.Bound)
        {
            group.MapPost($"/{binder.Service.FullName}/{method.Name}", endpoint.InvokeAsync).WithDisplayName($"gRPC {method.FullName}");
        }

        return group;
    }
}
