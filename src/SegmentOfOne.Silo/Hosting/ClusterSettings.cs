using System.Net;
using Orleans.Configuration;
using SegmentOfOne.Engine;
using SegmentOfOne.Silo.Clocks;
using SegmentOfOne.Silo.Customers;
using SegmentOfOne.Silo.Playbooks;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>How silos and their clients behave, and why.</summary>
public static class ClusterSettings
{
    /// <summary>Longer than any turn takes whose silo is alive, shorter than callers wait.</summary>
    internal static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Customers of a home, and everything that a silo needs for them but a way to find the others.</summary>
    /// <param name="local">Learns which customers are here.</param>
    public static ISiloBuilder AddCustomers(this ISiloBuilder silo, CustomerHome home, LocalCustomers local)
    {
        silo.Services.AddSingleton(home).AddSingleton(local).AddSingleton<PlaybookServices>().AddSingleton<ClusterCustomers>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ClusterClocks>();
#pragma warning disable ORLEANSEXP003 // The strongest directory there is, though its name may still change.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        return silo
            .AddGrainService<PlaybookService>()
            .AddActivityPropagation()
            .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
            .Configure<ClusterMembershipOptions>(NoticeTheDead)
            .Configure<GrainDirectoryOptions>(directory =>
            {
                // A silo that was declared dead may live on for a while, and the directory can keep its customers from waking elsewhere
                // until that while is surely over. Here that is not needed: who owns a version is decided by the key of the journal, so
                // the worst that two activations at once can do is to make one of them read again. So nobody waits.
                directory.RangeLeaseDuration = TimeSpan.Zero;
            });
    }

    /// <summary>Finds the others by a database.</summary>
    public static ISiloBuilder UseDatabase(this ISiloBuilder silo, string invariant, SharedDatabase database) => silo
        .UseAdoNetClustering(clustering => (clustering.Invariant, clustering.DataSource) = (invariant, database.Source))
        .AddAdoNetGrainStorage(PlaybookGrain.Storage, storage => (storage.Invariant, storage.DataSource) = (invariant, database.Source));

    /// <summary>A silo alone on its machine.</summary>
    public static ISiloBuilder UseNoDatabase(this ISiloBuilder silo, IPEndPoint address, int gatewayPort) => silo
        .UseLocalhostClustering(address.Port, gatewayPort)
        .AddMemoryGrainStorage(PlaybookGrain.Storage);

    public static ISiloBuilder Name(this ISiloBuilder silo, string cluster, IPEndPoint address, int gatewayPort) => silo
        .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, cluster))
        .Configure<EndpointOptions>(options => (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (address.Address, address.Port, gatewayPort));

    /// <summary>A gateway that finds silos by a database; it goes on trying until there are some.</summary>
    public static IClientBuilder UseDatabase(this IClientBuilder client, string cluster, string invariant, SharedDatabase database) => client
        .UseAdoNetClustering(clustering => (clustering.Invariant, clustering.DataSource) = (invariant, database.Source))
        .Behave(cluster);

    /// <summary>A gateway beside the one silo of this machine.</summary>
    public static IClientBuilder UseNoDatabase(this IClientBuilder client, string cluster, int gatewayPort) => client
        .UseLocalhostClustering(gatewayPort, cluster, cluster)
        .Behave(cluster);

    private static IClientBuilder Behave(this IClientBuilder client, string cluster) => client
        .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, cluster))
        .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
        .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2))
        .AddActivityPropagation()
        .UseConnectionRetryFilter(async (_, ct) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ct).ConfigureAwait(false);
            return true;
        });

    /// <summary>
    /// A silo that says nothing is dead after two probes, of two seconds at most each; one that refuses connections at once. Two others
    /// must think so, where there are two others.
    /// </summary>
    private static void NoticeTheDead(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
    }
}
