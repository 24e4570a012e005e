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

    /// <summary>Callers with a connection of their own, who call again when they are answered: each call is a packet, a wakeup and a reply of its own.</summary>
    public static readonly LoadShape Callers = new(256, 1);

    private const string Interact = "/segmentofone.v1.Experience/Interact";

    /// <summary>A driver against a server.</summary>
    /// <param name="asksWhy">Whether it counts what refusals say.</param>
    /// <param name="at">When all messages say that they happened; null: when they are sent.</param>
    public LoadDriver DriverOf(ServerProcess server, bool asksWhy = false, DateTimeOffset? at = null) =>
        new(server.Grpc, Interact, Connections, asksWhy) { At = at };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Connections} connections with {(InFlight == 1 ? "one call" : $"{InFlight} calls")} in flight each");
}
