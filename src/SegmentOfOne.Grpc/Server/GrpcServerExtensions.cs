using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Grpc.Contracts.HealthV1;

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
        services.TryAddSingleton(provider => new GrpcHealth(provider.GetRequiredService<GrpcServer>()));
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

    /// <summary>Serves <c>grpc.health.v1</c>; what it says is set on <see cref="GrpcHealth"/>. It answers while the server drains.</summary>
    public static IEndpointConventionBuilder MapGrpcHealth(this IEndpointRouteBuilder endpoints)
    {
        var server = ServerOf(endpoints);
        var binder = new GrpcServiceBinder(server, HealthReflection.Descriptor.Services[0]) { ServesWhileDraining = true };
        return Map(endpoints, server, binder, endpoints.ServiceProvider.GetRequiredService<GrpcHealth>().Bind);
    }

    /// <summary>Serves <c>grpc.reflection.v1</c> and <c>v1alpha</c>: whoever reaches them learns the whole contract.</summary>
    public static IEndpointConventionBuilder MapGrpcReflection(this IEndpointRouteBuilder endpoints)
    {
        var server = ServerOf(endpoints);
        var reflection = new Reflection(server);
        var both = endpoints.MapGroup("");
        Map(both, server, new GrpcServiceBinder(server, Contracts.ReflectionV1.ReflectionReflection.Descriptor.Services[0]), reflection.Bind);
        var alpha = Contracts.ReflectionV1Alpha.ReflectionReflection.Descriptor.Services[0];
        Map(both, server, new GrpcServiceBinder(server, alpha) { AllowsOtherMessages = true }, reflection.Bind);
        return both;
    }

    private static GrpcServer ServerOf(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetService<GrpcServer>()
        ?? throw new InvalidOperationException("services.AddGrpcServer() comes before mapping a gRPC service.");

    private static RouteGroupBuilder Map(
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
