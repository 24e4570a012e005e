using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Treatments;
using SegmentOfOne.Silo.Clocks;
using SegmentOfOne.Silo.Customers;
using SegmentOfOne.Silo.Playbooks;
using SegmentOfOne.Silo.Queries;
using SegmentOfOne.Silo.Schema;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>
/// One process of a cluster: a home for customers, the member or client of the cluster over it, and where its role says so a gateway.
/// Disposing it ends them from the outside in: calls that were begun, activations, turns, then what memory has is saved.
/// </summary>
public sealed class SiloHost : IAsyncDisposable
{
    /// <summary>How long activations may take to finish their turns when the process ends.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(15);

    private readonly ILoggerFactory _logs;
    private readonly LocalCustomers _local = new();
    private readonly Stack<Func<ValueTask>> _ends = [];

    private SiloHost(SiloOptions options) => (Options, _logs) = (options, GatewayServer.OpenLogs());

    /// <summary>With the ports that were taken.</summary>
    public SiloOptions Options { get; private set; }

    /// <summary>Null: this process has none.</summary>
    public GatewayServer? Server { get; private set; }

    public IPlaybooks Playbooks { get; private set; } = null!;

    /// <summary>Where messages of the playbook in force at the start go, in words; null: it has none.</summary>
    public string? Receivers { get; private set; }

    /// <summary>Opens the store, joins the cluster, then listens.</summary>
    /// <exception cref="GatewayStartException">Something that the operator can put right.</exception>
    public static async Task<SiloHost> Start(SiloOptions options, CancellationToken ct)
    {
        var host = new SiloHost(options with
        {
            Silo = new(options.Silo.Address, FreePort.Of(options.Silo)),
            GatewayPort = FreePort.Of(new(options.Silo.Address, options.GatewayPort)),
        });
        try
        {
            await host.Start(ct).ConfigureAwait(false);
            return host;
        }
        catch (Exception exception)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw exception is SharedDatabaseException ? new GatewayStartException(exception.Message, exception) : exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_ends.TryPop(out var end))
        {
            await end().ConfigureAwait(false);
        }

        _logs.Dispose();
    }

    private async Task Start(CancellationToken ct)
    {
        var clustering = Open(Options.Clustering);
        if (clustering is not null)
        {
            await ClusterSchema.Migrate(clustering, ct).ConfigureAwait(false);
        }

        var time = Options.Gateway.Time();
        var contents = new Contents();
        var receivers = Options.Gateway.OpenReceivers(_logs);
        _ends.Push(() =>
        {
            receivers.Dispose();
            return ValueTask.CompletedTask;
        });
        var store = Open(Options.Gateway.Store);
        var home = await Options.Gateway.Open(store, Open(Options.Gateway.Vault), contents, receivers, time, _logs, CustomerHome.Open, ct).ConfigureAwait(false);
        _ends.Push(home.DisposeAsync);

        var member = Build(home, clustering);
        _ends.Push(() => Stop(member));
        await member.StartAsync(ct).ConfigureAwait(false);

        if (time is StandingTimeProvider)
        {
            await home.WakeDue(ct).ConfigureAwait(false);
        }

        var grains = member.Services.GetRequiredService<IGrainFactory>();
        Playbooks = new ClusterPlaybooks(grains, home.Playbooks);
        receivers.Watch(home.Playbooks);
        Receivers = receivers.Describe(home.Playbooks.InForce.Playbook);
        if (Options.Role != SiloRole.Silo)
        {
            var customers = new ClusterCustomers(grains, home, _local);
            home.Reach = customers;
            var engine = new ServedEngine(
                customers, Playbooks, new ClusterQueries(grains, home.Queries), contents, home.Outbox,
                Options.Gateway.OpenAccess(store), home.KeyOf)
            {
                Erasures = new ClusterErasures(grains, home),
                Identities = home.Names,
                WakeDue = Options.IsAlone ? wakes => OneClock.WakeDue([home], wakes) : null,
            };
            Server = await GatewayServer.Start(Options.Gateway, engine, time, _logs, ct).ConfigureAwait(false);
            _ends.Push(Server.DisposeAsync);
        }
    }

    private SharedDatabase? Open(StoreAddress? address)
    {
        var database = address?.OpenDatabase();
        if (database is not null)
        {
            _ends.Push(database.Source.DisposeAsync);
        }

        return database;
    }

    private IHost Build(CustomerHome home, SharedDatabase? clustering)
    {
        // Nothing but what stands here: no settings file or environment variable changes how a silo behaves.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(_logs).AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        var invariant = Options.Clustering?.Invariant;
        if (Options.Role == SiloRole.Gateway)
        {
            builder.UseOrleansClient(client => _ = clustering is null
                ? client.UseNoDatabase(Options.Cluster, Options.GatewayPort)
                : client.UseDatabase(Options.Cluster, invariant!, clustering));
        }
        else
        {
            builder.UseOrleans(silo => (clustering is null
                    ? silo.UseNoDatabase(Options.Silo, Options.GatewayPort)
                    : silo.UseDatabase(invariant!, clustering))
                .Name(Options.Cluster, Options.Silo, Options.GatewayPort)
                .AddCustomers(home, _local));
        }

        return builder.Build();
    }

    private static async ValueTask Stop(IHost member)
    {
        await member.StopAsync().ConfigureAwait(false);
        member.Dispose();
    }
}
