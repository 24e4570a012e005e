using System.Net;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>What the command line asks of one process of a cluster.</summary>
public sealed record SiloOptions
{
    public const int StandardPort = 11111;
    public const int StandardGatewayPort = 30000;

    public GatewayOptions Gateway { get; init; } = new();

    public SiloRole Role { get; init; }

    /// <summary>The database by which silos find each other; null: this machine's only silo, found by its ports.</summary>
    public StoreAddress? Clustering { get; init; }

    /// <summary>Whether all that the cluster consists of is this process.</summary>
    public bool IsAlone => Clustering is null && Role == SiloRole.Both;

    /// <summary>Processes that give the same name are one cluster.</summary>
    public string Cluster { get; init; } = "segmentofone";

    /// <summary>Where other silos reach this one; port 0 takes a free one.</summary>
    public IPEndPoint Silo { get; init; } = new(IPAddress.Loopback, StandardPort);

    /// <summary>Where gateways in other processes reach this silo, on the same address; 0 takes a free port.</summary>
    public int GatewayPort { get; init; } = StandardGatewayPort;
}
