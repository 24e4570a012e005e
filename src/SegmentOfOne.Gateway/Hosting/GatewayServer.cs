using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Http;
using SegmentOfOne.Gateway.Rpc;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>Everything that a gateway answers, over customers that live wherever they do. Disposing it ends calls that were begun.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>How long calls that were begun may take to end after the program was told to stop.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private GatewayServer(WebApplication app)
    {
        _app = app;
        // In the order of listening: HTTP, then gRPC.
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Http = new Uri(addresses.First());
        Grpc = new Uri(addresses.Last());
    }

    /// <summary>Where HTTP is really served.</summary>
    public Uri Http { get; }

    /// <summary>Where gRPC is really served.</summary>
    public Uri Grpc { get; }

    /// <summary>Everything that is mapped, gRPC and HTTP.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Listens.</summary>
    /// <exception cref="GatewayStartException">An address can't be had.</exception>
    public static async Task<GatewayServer> Start(GatewayOptions options, ServedEngine engine, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var app = Build(options, engine, time, logs);
        try
        {
            await app.StartAsync(ct).ConfigureAwait(false);
            return new GatewayServer(app);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            // Kestrel says which address, and that it is in use or not to be had.
            throw exception is IOException ? new GatewayStartException(exception.Message) : exception;
        }
    }

    /// <summary>Where the program says what goes wrong.</summary>
    public static ILoggerFactory OpenLogs() => LoggerFactory.Create(Log);

    /// <summary>Ends when the program is told to (SIGTERM, Ctrl-C) and calls that were begun have ended.</summary>
    public Task WaitForShutdown() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    // What goes wrong is said on stderr; stdout is for what the program is asked to say.
    private static void Log(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        // A host that fails to start throws as well, and the message for the operator is made of that.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // With this category on, each request has an Activity and a scope made for it, whether anybody traces or not.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static WebApplication Build(GatewayOptions options, ServedEngine engine, TimeProvider time, ILoggerFactory logs)
    {
        // Nothing but what stands here: no settings file or environment variable changes how a gateway listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));

        builder.Services
            .AddSingleton(logs)
            .AddSingleton(options)
            .AddSingleton(engine.Customers)
            .AddSingleton(engine.Playbooks)
            .AddSingleton(engine.Queries)
            .AddSingleton(engine.Contents)
            .AddSingleton(engine.Outbox)
            .AddSingleton(engine)
            .AddSingleton(time)
            .AddSingleton<Telemetry>()
            .AddSingleton<Experience>()
            .AddSingleton<ExperienceService>()
            .AddSingleton<PublicApi>()
            .AddSingleton<Overviews>()
            .AddSingleton<AdminApi>()
            .AddSingleton<WhatIfApi>()
            .AddSingleton<DraftsApi>()
            .AddSingleton<OutboxApi>()
            .AddSingleton<ErasureApi>()
            .AddSingleton<ExportApi>()
            .AddSingleton<ClockApi>()
            .AddSingleton<SegmentsApi>()
            .AddSingleton<JourneysApi>();
        Telemetry? telemetry = null;
        builder.Services.AddGrpcServer(grpc =>
        {
            grpc.MaxReceiveMessageBytes = RequestBody.MostBytes;
            grpc.ReceiveTimeout = TimeSpan.FromSeconds(10);
            grpc.MapException = (exception, _) => ExperienceService.Explain(exception, telemetry!);
            grpc.OnFailure = (failure, _) => ExperienceService.Name(failure, telemetry!);
        });

        var app = builder.Build();
        var services = app.Services;
        telemetry = services.GetRequiredService<Telemetry>();
        app.UseWhen(context => !HttpProtocol.IsHttp2(context.Request.Protocol), http => http.UseLocalCallersOnly(telemetry).UseProblems(telemetry));
        app.UseRouting();
        services.GetRequiredService<ExperienceService>().Map(app);
        app.MapGrpcHealth();
        app.MapGrpcReflection();
        app.MapOperations(
            [
                .. services.GetRequiredService<PublicApi>().Operations,
                .. services.GetRequiredService<AdminApi>().Operations,
                .. services.GetRequiredService<WhatIfApi>().Operations,
                .. services.GetRequiredService<DraftsApi>().Operations,
                .. services.GetRequiredService<OutboxApi>().Operations,
                .. services.GetRequiredService<ErasureApi>().Operations,
                .. services.GetRequiredService<ExportApi>().Operations,
                .. services.GetRequiredService<ClockApi>().Operations,
                .. services.GetRequiredService<SegmentsApi>().Operations,
                .. services.GetRequiredService<JourneysApi>().Operations,
            ],
            telemetry,
            app.Lifetime.ApplicationStopping);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // Kestrel would end a whole connection, with every other call on it, over one stream that is read slowly. A call has its
        // deadline, and what a slow reader holds up is bounded by the windows.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        // A caller that vanished without a word is noticed, and what it holds is given back.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(EndPoint(options.Http), http => http.Protocols = HttpProtocols.Http1);
        kestrel.Listen(EndPoint(options.Grpc), grpc => grpc.Protocols = HttpProtocols.Http2);
    }

    private static IPEndPoint EndPoint(ListenAddress address) => new(address.Host, address.Port);
}
