using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>An embedded engine for one workspace, with what it stands on. Disposing it checkpoints, and lets the store go.</summary>
internal sealed class OpenedWorkspace : IAsyncDisposable
{
    private readonly SharedDatabase? _database;
    private readonly SharedDatabase? _vault;

    private OpenedWorkspace(SharedDatabase? database, SharedDatabase? vault, ReceiversWatch receivers, EmbeddedEngine engine, ServedEngine served) =>
        (_database, _vault, Receivers, Engine, Served) = (database, vault, receivers, engine, served);

    public ReceiversWatch Receivers { get; }

    public EmbeddedEngine Engine { get; }

    public ServedEngine Served { get; }

    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public static async Task<OpenedWorkspace> Open(GatewayOptions options, ILoggerFactory logs, CancellationToken ct)
    {
        var time = options.Time();
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

            var served = new ServedEngine(engine, engine.Playbooks, engine, contents, engine.Outbox, options.OpenAccess(database), engine.KeyOf)
            {
                Workspace = options.Workspace, Time = time, WakeDue = engine.WakeDue, Erasures = engine, Identities = engine.Names,
            };
            return new OpenedWorkspace(database, vault, receivers, engine, served);
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
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Receivers.Dispose();
        await Engine.DisposeAsync().ConfigureAwait(false);
        _database?.Source.Dispose();
        _vault?.Source.Dispose();
    }
}
