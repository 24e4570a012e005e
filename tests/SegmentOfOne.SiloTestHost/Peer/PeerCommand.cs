using System.CommandLine;
using System.Net;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Commands;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Treatments;
using SegmentOfOne.Silo.Customers;
using SegmentOfOne.Silo.Hosting;
using SegmentOfOne.Silo.Schema;

namespace SegmentOfOne.SiloTestHost.Peer;

/// <summary><c>peer</c>: a gateway over one silo of <see cref="PeerGrain"/>s, for benchmarks.</summary>
internal static class PeerCommand
{
    public static Command Create()
    {
        var gateway = new GatewayArguments(DatabaseProviders.Known);
        var command = new Command("peer", "Serves customers that are grains which write their state each turn, to measure against.");
        gateway.AddTo(command);
        command.SetAction((parsed, ct) => Run(gateway.Read(parsed), ct));
        return command;
    }

    private static async Task<int> Run(GatewayOptions options, CancellationToken ct)
    {
        var database = options.Store.OpenDatabase() ?? throw new GatewayStartException("A peer needs a database.");
        await ClusterSchema.Migrate(database, ct);
        using var logs = GatewayServer.OpenLogs();
        var contents = new Contents();
        using var receivers = options.OpenReceivers(logs);
        await using var home = await options.Open(database, null, contents, receivers, TimeProvider.System, logs, CustomerHome.Open, ct);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(logs).AddSingleton(home);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort.Of(new(IPAddress.Loopback, 0)), FreePort.Of(new(IPAddress.Loopback, 0)))
            .AddAdoNetGrainStorage(PeerGrain.Storage, storage => (storage.Invariant, storage.DataSource) = (options.Store.Invariant!, database.Source)));
        using var silo = builder.Build();
        await silo.StartAsync(ct);
        var engine = new ServedEngine(
            new PeerCustomers(silo.Services.GetRequiredService<IGrainFactory>(), home), home.Playbooks, home.Queries, contents, home.Outbox,
            options.OpenAccess(database), home.KeyOf)
        {
            Erasures = new ClusterErasures(silo.Services.GetRequiredService<IGrainFactory>(), home),
            Identities = home.Names,
        };
        await using var server = await GatewayServer.Start(options, engine, TimeProvider.System, logs, ct);
        await server.WaitForShutdown();
        await silo.StopAsync(CancellationToken.None);
        return 0;
    }
}
