using System.Data.Common;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Access;
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
    private readonly IReadOnlyList<Workspace> _workspaces;
    private readonly TlsCertificate? _tls;

    private GatewayServer(WebApplication app, IReadOnlyList<Workspace> workspaces, TlsCertificate? tls)
    {
        (_app, _workspaces, _tls) = (app, workspaces, tls);
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

    /// <summary>Listens, over one engine.</summary>
    /// <inheritdoc cref="Start(GatewayOptions, IReadOnlyList{ServedEngine}, TimeProvider, ILoggerFactory, CancellationToken)"/>
    public static Task<GatewayServer> Start(GatewayOptions options, ServedEngine engine, TimeProvider time, ILoggerFactory logs, CancellationToken ct) =>
        Start(options, [engine], time, logs, ct);

    /// <summary>Listens.</summary>
    /// <param name="engines">One a workspace; the first is that of callers who name none.</param>
    /// <exception cref="GatewayStartException">An address can't be had, or must not be served like this.</exception>
    public static async Task<GatewayServer> Start(
        GatewayOptions options, IReadOnlyList<ServedEngine> engines, TimeProvider time, ILoggerFactory logs, CancellationToken ct)
    {
        var workspaces = new List<Workspace>();
        WebApplication? app = null;
        TlsCertificate? tls = null;
        try
        {
            tls = options.Tls is { } files ? new TlsCertificate(files, logs.CreateLogger<TlsCertificate>()) : null;
            foreach (var engine in engines)
            {
                workspaces.Add(Serve(options, engine, time, logs));
            }

            Refuse(options, workspaces);
            app = Build(options, workspaces, tls, time, logs);
            await app.StartAsync(ct).ConfigureAwait(false);
            return new GatewayServer(app, workspaces, tls);
        }
        catch (Exception exception)
        {
            if (app is not null)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }

            await End(workspaces).ConfigureAwait(false);
            tls?.Dispose();
            // Kestrel says which address, and that it is in use or not to be had.
            throw exception is IOException or DbException ? new GatewayStartException(exception.Message, exception) : exception;
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
        await End(_workspaces).ConfigureAwait(false);
        _tls?.Dispose();
    }

    /// <summary>Others than this machine are served by keys and under TLS, or not at all.</summary>
    private static void Refuse(GatewayOptions options, IReadOnlyList<Workspace> workspaces)
    {
        if (!options.ServesOthers)
        {
            return;
        }

        var address = options.Http.IsLoopback ? options.Grpc : options.Http;
        var keys = workspaces.Any(workspace => workspace.Keys.HasKeys) ? null
            : "there is no key yet, so whoever reaches it could do everything: make one with `keys add --role admin --name NAME`";
        var tls = options.Tls is null ? "keys would travel in the clear: name a certificate with --tls-cert and --tls-key" : null;
        if (keys is not null || tls is not null)
        {
            throw new GatewayStartException(
                $"{address} is not a loopback address, and is not listened on: {string.Join("; and ", new[] { keys, tls }.OfType<string>())}. Without that only this machine is served: use 127.0.0.1, [::1] or localhost.");
        }
    }

    private static async ValueTask End(IReadOnlyList<Workspace> workspaces)
    {
        foreach (var workspace in workspaces)
        {
            await workspace.DisposeAsync().ConfigureAwait(false);
        }
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

    /// <summary>Everything that answers in one workspace.</summary>
    private static Workspace Serve(GatewayOptions options, ServedEngine engine, TimeProvider time, ILoggerFactory logs)
    {
        var workspace = new Workspace(engine, options, logs, services => services
            .AddSingleton(logs)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(options)
            .AddSingleton(engine.Customers)
            .AddSingleton(engine.Playbooks)
            .AddSingleton(engine.Queries)
            .AddSingleton(engine.Contents)
            .AddSingleton(engine.Outbox)
            .AddSingleton(engine)
            .AddSingleton(engine.Time ?? time)
            .AddSingleton<Telemetry>()
            .AddSingleton<Experience>()
            .AddSingleton<PublicApi>()
            .AddSingleton<Overviews>()
            .AddSingleton<AdminApi>()
            .AddSingleton<WhatIfApi>()
            .AddSingleton<DraftsApi>()
            .AddSingleton<OutboxApi>()
            .AddSingleton<ErasureApi>()
            .AddSingleton<IdentityApi>()
            .AddSingleton<ExportApi>()
            .AddSingleton<ClockApi>()
            .AddSingleton<SegmentsApi>()
            .AddSingleton<JourneysApi>()
            .AddSingleton<KeysApi>()
            .BuildServiceProvider());
        workspace.Serve(HttpApi.Described(
            [
                .. workspace.Get<PublicApi>().Operations,
                .. workspace.Get<AdminApi>().Operations,
                .. workspace.Get<WhatIfApi>().Operations,
                .. workspace.Get<DraftsApi>().Operations,
                .. workspace.Get<OutboxApi>().Operations,
                .. workspace.Get<ErasureApi>().Operations,
                .. workspace.Get<IdentityApi>().Operations,
                .. workspace.Get<ExportApi>().Operations,
                .. workspace.Get<ClockApi>().Operations,
                .. workspace.Get<SegmentsApi>().Operations,
                .. workspace.Get<JourneysApi>().Operations,
                .. workspace.Get<KeysApi>().Operations,
            ]));
        return workspace;
    }

    private static WebApplication Build(
        GatewayOptions options, List<Workspace> workspaces, TlsCertificate? tls, TimeProvider time, ILoggerFactory logs)
    {
        // Nothing but what stands here: no settings file or environment variable changes how a gateway listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options, tls));
        builder.Services.AddSingleton(logs).AddSingleton(time);

        var telemetry = workspaces[0].Telemetry;
        var congestion = new Congestion(TimeProvider.System);
        var gate = new Gate(workspaces, options.ServesOthers, options.AccessTime, congestion);
        builder.Services.AddGrpcServer(grpc =>
        {
            grpc.MaxReceiveMessageBytes = RequestBody.MostBytes;
            grpc.ReceiveTimeout = TimeSpan.FromSeconds(10);
            grpc.Admit = gate.Admit;
            grpc.MapException = (exception, call) => ExperienceService.Explain(exception, (call.Caller as Caller)?.Workspace.Telemetry ?? telemetry);
            grpc.OnFailure = (failure, _) => ExperienceService.Name(failure, telemetry);
        });

        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(congestion.Dispose);
        app.UseWhen(context => !HttpProtocol.IsHttp2(context.Request.Protocol), http => http.UseLocalCallersOnly(gate, telemetry).UseProblems(telemetry));
        app.UseRouting();
        new ExperienceService(gate).Map(app);
        app.MapGrpcHealth();
        app.MapGrpcReflection();
        app.MapOperations(workspaces[0].Operations.Values, gate, telemetry, app.Lifetime.ApplicationStopping);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, GatewayOptions options, TlsCertificate? tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        // Kestrel would end a whole connection, with every other call on it, over one stream that is read slowly. A call has its
        // deadline, and what a slow reader holds up is bounded by the windows.
        kestrel.Limits.MinResponseDataRate = null;
        // As many as are kept to be used again: beyond, each call in flight would be made anew and burden the collector, and refusing one
        // would cost as much as answering it. Callers wait for a place, or open another connection.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        // A caller that vanished without a word is noticed, and what it holds is given back.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(EndPoint(options.Http), http => Speak(http, HttpProtocols.Http1, tls));
        kestrel.Listen(EndPoint(options.Grpc), grpc => Speak(grpc, HttpProtocols.Http2, tls));
    }

    private static void Speak(ListenOptions address, HttpProtocols protocols, TlsCertificate? tls)
    {
        address.Protocols = protocols;
        if (tls is not null)
        {
            address.UseHttps(tls.For(protocols == HttpProtocols.Http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11));
        }
    }

    private static IPEndPoint EndPoint(ListenAddress address) => new(address.Host, address.Port);
}
