using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Targets;
using SegmentOfOne.Benchmarks.Peers;

namespace SegmentOfOne.Benchmarks.Commands;

/// <summary>A measurement that is a command of its own.</summary>
/// <param name="Minutes">That it takes about, as large as its target wants it, on two cores.</param>
public sealed record Benchmark(string Name, string Description, int Minutes, Func<Trial, CancellationToken, Task<Found>> Measure)
{
    /// <summary>Those that have a target of the limits, or a plot beside them, in the order of running: what needs no large store first.</summary>
    public static IReadOnlyList<Benchmark> Limits { get; } =
    [
        Of("durable-turns", "Durable turns a second with a decision each, divided by a bare Kestrel echo.", 6, DurableTurns.Measure),
        Of("half-load", "p99 at half of capacity, divided by the echo's at the same rate.", 5, HalfLoad.Measure),
        Of("allocation", "Managed memory that a turn allocates.", 2, Allocation.Measure),
        Of("hot", "Turns a second of one customer, and others' p99 beside it.", 4, HotCustomer.Measure),
        Of("peer-redis-everysec", "Durable turns a second, divided by a stateless service on Redis that may lose a second.", 4, PeerRatios.RedisEverySecond.Measure),
        Of("peer-redis-always", "Durable turns a second, divided by a stateless service on Redis that loses nothing.", 4, PeerRatios.RedisAlways.Measure),
        Of("peer-postgres", "Durable turns a second, divided by a stateless service on PostgreSQL.", 5, PeerRatios.Postgres.Measure),
        Of("overload", "Goodput, latency and refusals while three times capacity is wanted.", 3, Overload.Measure),
        Of("disk", "Bytes on disk of a turn, history kept.", 3, Disk.Measure),
        new("rate", "Latency as the rate approaches capacity and passes it.", 3, async (trial, ct) => new Found([], [await Curves.Rate(trial, ct)])),
        new("history", "What the history behind customers costs.", 12, async (trial, ct) => new Found([], [await Curves.History(trial, ct)])),
        Of("memory", "Bytes of process memory of a customer with a past.", 15, Memory.Measure),
        new("growth", "What 5,000,000 known customers cost, divided by 10,000.", 20, Growth.Measure),
        Of("cold", "Customers that come into memory from the store, a second.", 3, ColdTouch.Measure),
        Of("restart", "First answer after kill -9 with a large journal.", 8, Restart.Measure),
        Of("soak", "Memory and latency over half an hour at 70 % of capacity.", 32, Soak.Measure),
    ];

    /// <summary>Others.</summary>
    public static IReadOnlyList<Benchmark> More { get; } =
    [
        Of("plain-turns", "Durable turns a second without a decision, divided by a bare Kestrel echo.", 6, DurableTurns.MeasurePlain),
        Of("resident-customers", "p99 at half of capacity with 1,000,000 customers, divided by the same with 1,000.", 6, ResidentCustomers.Measure),
        Of("encryption", "Durable turns a second encrypted, divided by the same in the clear.", 4, EncryptionCost.Measure),
    ];

    private static Benchmark Of(string name, string description, int minutes, Func<Trial, CancellationToken, Task<IReadOnlyList<IFinding>>> measure) =>
        new(name, description, minutes, async (trial, ct) => new Found(await measure(trial, ct), []));
}
