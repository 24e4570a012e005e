using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>The echo service on Kestrel: shared by the tests of a class, or made by one test with options of its own.</summary>
public sealed class EchoServer : IAsyncLifetime, IAsyncDisposable
{
    public static readonly GrpcMethod<EchoRequest, EchoReply> Say = new(EchoReflection.Descriptor.Services[0], "Say");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Split = new(EchoReflection.Descriptor.Services[0], "Split");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Join = new(EchoReflection.Descriptor.Services[0], "Join");
    public static readonly GrpcMethod<EchoRequest, EchoReply> Talk = new(EchoReflection.Descriptor.Services[0], "Talk");

    private Loopback? _loopback;

    public GrpcServer Server => _loopback!.Services.GetRequiredService<GrpcServer>();

    public GrpcHealth Health => _loopback!.Services.GetRequiredService<GrpcHealth>();

    public EchoService Service { get; } = new();

    public Uri Address => _loopback!.Address;

    public static async Task<EchoServer> StartAsync(
        Action<GrpcServerOptions>? configure = null, Action<WebApplication>? map = null, TimeProvider? time = null,
        Func<RequestStream<EchoRequest>, ResponseStream<EchoReply>, GrpcCall, ValueTask>? talk = null)
    {
        var server = new EchoServer { Service = { OnTalk = talk } };
        await server.StartHostAsync(configure, map, time ?? TimeProvider.System);
        return server;
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => new(Address, options);

    public Task StopAsync() => _loopback!.StopAsync();

    public Task InitializeAsync() => StartHostAsync(null, null, TimeProvider.System);

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_loopback is not null)
        {
            await _loopback.DisposeAsync();
        }
    }

    private async Task StartHostAsync(Action<GrpcServerOptions>? configure, Action<WebApplication>? map, TimeProvider time) =>
        _loopback = await Loopback.StartAsync(
            app =>
            {
                app.MapGrpcService(EchoReflection.Descriptor.Services[0], Service.Bind);
                map?.Invoke(app);
            },
            services => services.AddSingleton(time).AddGrpcServer(configure));
}
