using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>The echo service on Kestrel, on a loopback port of the system's choosing. Shared by the tests of a class, or made by one test with options of its own.</summary>
public sealed class EchoServer : IAsyncLifetime, IAsyncDisposable
{
    public static readonly GrpcMethod<EchoRequest, EchoReply> Say = new(EchoReflection.Descriptor.Services[0], "Say");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Split = new(EchoReflection.Descriptor.Services[0], "Split");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Join = new(EchoReflection.Descriptor.Services[0], "Join");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Talk = new(EchoReflection.Descriptor.Services[0], "Talk");

    private WebApplication? _app;

    public GrpcServer Server => _app!.Services.GetRequiredService<GrpcServer>();

    public GrpcHealth Health => _app!.Services.GetRequiredService<GrpcHealth>();

    public EchoService Service { get; } = new();

    public Uri Address { get; private set; } = null!;

    public static async Task<EchoServer> StartAsync(
        Action<GrpcServerOptions>? configure = null, Action<WebApplication>? map = null, TimeProvider? time = null)
    {
        var server = new EchoServer();
        await server.StartHostAsync(configure, map, time ?? TimeProvider.System);
        return server;
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => new(Address, options);

    public async Task StopAsync() => await _app!.StopAsync();

    public Task InitializeAsync() => StartHostAsync(null, null, TimeProvider.System);

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task StartHostAsync(Action<GrpcServerOptions>? configure, Action<WebApplication>? map, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(time);
        builder.Services.AddGrpcServer(configure);
        _app = builder.Build();
        _app.MapGrpcService(EchoReflection.Descriptor.Services[0], Service.Bind);
        map?.Invoke(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }
}
