using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>What the command line asks of one running gateway.</summary>
public sealed record GatewayOptions
{
    public ListenAddress Http { get; init; } = new(System.Net.IPAddress.Loopback, 8080);

    /// <summary>gRPC over HTTP/2 without TLS (h2c).</summary>
    public ListenAddress Grpc { get; init; } = new(System.Net.IPAddress.Loopback, 8081);

    /// <summary>Where customers are kept.</summary>
    public StoreAddress Store { get; init; } = StoreAddress.Folder("data");

    /// <summary>A playbook document to be in force from the start; null: the one in force stays (at first the built-in one).</summary>
    public string? PlaybookFile { get; init; }

    /// <summary>Run as if it were then, and go on from there; null: the time it is.</summary>
    public Instant? Clock { get; init; }
}
