using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>A running gateway over an embedded engine. Disposing it finishes begun turns, checkpoints, and lets the store go.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly GatewayServer _server;
    private readonly SharedDatabase? _database;
    private readonly SharedDatabase? _vault;
    private readonly ReceiversWatch _receivers;
    private readonly ILoggerFactory _logs;

    private GatewayHost(
        GatewayServer server, EmbeddedEngine engine, SharedDatabase? database, SharedDatabase? vault, ReceiversWatch receivers, GatewayOptions options, ILoggerFactory logs)
    {
        _server = server;
        _receivers = receivers;
        _database = database;
        _vault = vault;
        _logs = logs;
        Engine = engine;
        Options = options;
    }

    /// <inheritdoc cref="GatewayServer.Http"/>
    public Uri Http => _server.Http;

    /// <inheritdoc cref="GatewayServer.Grpc"/>
    public Uri Grpc => _server.Grpc;

    /// <inheritdoc cref="GatewayServer.Endpoints"/>
    public IReadOnlyList<Endpoint> Endpoints => _server.Endpoints;

    public GatewayOptions Options { get; }

    public EmbeddedEngine Engine { get; }

    /// <inheritdoc cref="ReceiversWatch.Describe"/>
    public string? Receivers => _receivers.Describe(Engine.Playbooks.InForce.Playbook);

    /// <summary>Opens the store, then listens.</summary>
    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public static async Task<GatewayHost> Start(GatewayOptions options, CancellationToken ct)
    {
        var time = options.Time();
        var logs = GatewayServer.OpenLogs();
        var database = options.Store.OpenDatabase();
        var vault = options.Vault?.OpenDatabase();
        var contents = new Contents();
        EmbeddedEngine? engine = null;
        ReceiversWatch? receivers = null;
        try
        {
            receivers = options.OpenReceivers(logs);
            engine = await options.Open(database, vault, contents, receivers, time, logs, EmbeddedEngine.Open, ct).ConfigureAwait(false);
            if (time is StandingTimeProvider)
            {
                await engine.WakeDue(ct).ConfigureAwait(false);
            }

            var served = new ServedEngine(engine, engine.Playbooks, engine, contents, engine.Outbox) { WakeDue = engine.WakeDue, Erasures = engine };
            var server = await GatewayServer.Start(options, served, time, logs, ct).ConfigureAwait(false);
            receivers.Watch(engine.Playbooks);
            return new GatewayHost(server, engine, database, vault, receivers, options, logs);
        }
        catch (Exception)
        {
            if (engine is not null)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }

            receivers?.Dispose();
            database?.Source.Dispose();
            vault?.Source.Dispose();
            logs.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="GatewayServer.WaitForShutdown()"/>
    public Task WaitForShutdown() => _server.WaitForShutdown();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _receivers.Dispose();
        await Engine.DisposeAsync().ConfigureAwait(false);
        _database?.Source.Dispose();
        _vault?.Source.Dispose();
        _logs.Dispose();
    }
}
