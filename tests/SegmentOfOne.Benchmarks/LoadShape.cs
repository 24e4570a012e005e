using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks;

/// <summary>How the driver calls: the same for everything that is compared.</summary>
/// <param name="InFlight">Calls outstanding on each connection.</param>
public sealed record LoadShape(int Connections, int InFlight)
{
    /// <summary>Of the invented customers and of random arrivals.</summary>
    public const ulong Seed = 42;

    private const string Interact = "/segmentofone.v1.Experience/Interact";

    /// <summary>A driver against a server.</summary>
    public LoadDriver DriverOf(ServerProcess server) => new(server.Grpc, Interact, Connections);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Connections} connections with {InFlight} calls in flight each");
}
