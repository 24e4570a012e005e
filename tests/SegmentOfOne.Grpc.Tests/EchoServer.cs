using System.Collections.Concurrent;
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

    public EchoService Service { get; } = new();

    public Uri Address { get; private set; } = null!;

    public static async Task<EchoServer> StartAsync(Action<GrpcServerOptions>? configure = null, Action<WebApplication>? map = null)
    {
        var server = new EchoServer();
        await server.StartHostAsync(configure, map);
        return server;
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null) => new(Address, options);

    public async Task StopAsync() => await _app!.StopAsync();

    public Task InitializeAsync() => StartHostAsync(null, null);

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task StartHostAsync(Action<GrpcServerOptions>? configure, Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpcServer(configure);
        _app = builder.Build();
        _app.MapGrpcService(EchoReflection.Descriptor.Services[0], Service.Bind);
        map?.Invoke(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }
}

/// <summary>Does what <c>echo.proto</c> says.</summary>
public sealed class EchoService
{
    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>Looks at each call before it is served.</summary>
    public Action<GrpcCall>? OnCall { get; set; }

    /// <summary>Completes when a call that hangs was cancelled.</summary>
    public TaskCompletionSource HangEnded { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call that hangs has begun to.</summary>
    public TaskCompletionSource HangBegan { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Bind(GrpcServiceBinder service) => service
        .Unary<EchoRequest, EchoReply>("Say", SayAsync)
        .ServerStreaming<EchoRequest, EchoReply>("Split", SplitAsync)
        .ClientStreaming<EchoRequest, EchoReply>("Join", JoinAsync)
        .Duplex<EchoRequest, EchoReply>("Talk", TalkAsync);

    private async ValueTask<EchoReply> SayAsync(EchoRequest request, GrpcCall call)
    {
        OnCall?.Invoke(call);
        await ObeyAsync(request, call);
        return new EchoReply { Text = request.Text, Number = 1, Payload = request.Payload };
    }

    private async ValueTask SplitAsync(EchoRequest request, ResponseStream<EchoReply> replies, GrpcCall call)
    {
        OnCall?.Invoke(call);
        for (var i = 1; i <= request.Times; i++)
        {
            await replies.WriteAsync(new EchoReply { Text = request.Text, Number = i, Payload = request.Payload });
        }

        await ObeyAsync(request, call);
    }

    private async ValueTask<EchoReply> JoinAsync(RequestStream<EchoRequest> requests, GrpcCall call)
    {
        OnCall?.Invoke(call);
        var texts = new List<string>();
        await foreach (var request in requests)
        {
            texts.Add(request.Text);
            await ObeyAsync(request, call);
        }

        return new EchoReply { Text = string.Join(' ', texts), Number = texts.Count };
    }

    private async ValueTask TalkAsync(RequestStream<EchoRequest> requests, ResponseStream<EchoReply> replies, GrpcCall call)
    {
        OnCall?.Invoke(call);
        var number = 0;
        await foreach (var request in requests)
        {
            await ObeyAsync(request, call);
            await replies.WriteAsync(new EchoReply { Text = request.Text, Number = ++number, Payload = request.Payload });
        }
    }

    private async ValueTask ObeyAsync(EchoRequest request, GrpcCall call)
    {
        if (request.FailFirst > 0 && _failures.AddOrUpdate(request.Text, 1, static (_, count) => count + 1) <= request.FailFirst)
        {
            throw new GrpcException(StatusCode.Unavailable, "not yet");
        }

        if (request.Hang)
        {
            HangBegan.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
            }
            finally
            {
                HangEnded.TrySetResult();
            }
        }

        if (request.FailWith != 0)
        {
            throw new GrpcException((StatusCode)request.FailWith, request.FailDetail, new GrpcMetadata().Add("why", "asked").Add("why-bin", [1, 2, 255]));
        }
    }
}
