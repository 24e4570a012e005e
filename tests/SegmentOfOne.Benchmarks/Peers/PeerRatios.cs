using System.Globalization;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>What a team would build instead, and how much more than it the engine is to do.</summary>
/// <param name="Name">Of the figure's files.</param>
/// <param name="What">It in words.</param>
/// <param name="Target">The least turns a second of the engine, divided by its own.</param>
public sealed record PeerRatios(string Name, string What, double Target, Func<CancellationToken, Task<StoreProcess>> StartStore)
{
    private const int Customers = 100_000;
    private const double CpuTarget = 0.8;

    public static readonly PeerRatios RedisEverySecond = new(
        "peer-redis-everysec", "on Redis, which flushes its log every second and may lose one", 1.2, ct => StoreProcess.StartRedis("everysec", ct));

    public static readonly PeerRatios RedisAlways = new(
        "peer-redis-always", "on Redis, which flushes its log before it replies", 1.3, ct => StoreProcess.StartRedis("always", ct));

    public static readonly PeerRatios Postgres = new(
        "peer-postgres", "on PostgreSQL, a row a customer, SELECT … FOR UPDATE and UPDATE, fsync on", 10, StoreProcess.StartPostgres);

    /// <summary>Checks the peer, then measures: turns a second, and the processors' time for them.</summary>
    public async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        Console.WriteLine(await PeerCheck.Run(Name, StartStore, ct));
        var workload = Workload.Of(trial.Customers ?? Customers);
        var (shape, everyone, mix) = (trial.Shape, workload.Everyone, workload.Mix);
        var folder = Directory.CreateTempSubdirectory("measured-peer-");
        try
        {
            await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
            await using var store = await StartStore(ct);
            await using var peer = await ServerProcess.StartPeer(
                Name, store, Path.Combine(folder.FullName, "data"), ct, "--playbook", Shop.WriteOffers(folder.FullName));
            LoadDriver toGateway = shape.DriverOf(gateway.Process), toPeer = shape.DriverOf(peer);
            workload.Warm(gateway, toGateway, trial);
            toPeer.Saturate(everyone, shape.InFlight, Trial.Patience, calls: everyone.Count);
            peer.Warm(() => toPeer.Saturate(mix, shape.InFlight, trial.Duration));

            List<Pair> rates = [], processors = [];
            for (var pair = 0; pair < trial.Pairs; pair++)
            {
                var (subject, reference) = await Measured.InTurn(
                    pair, () => gateway.Run(() => toGateway.Saturate(mix, shape.InFlight, trial.Duration), ct),
                    () => Measured.Run(peer, () => toPeer.Saturate(mix, shape.InFlight, trial.Duration), ct));
                rates.Add(new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond));
                processors.Add(new Pair(subject, reference, subject.ServerCpuMicroseconds / reference.ServerCpuMicroseconds));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {subject.CallsPerSecond:N0}/s, {subject.ServerCpuMicroseconds:0.0} µs against {reference.CallsPerSecond:N0}/s, {reference.ServerCpuMicroseconds:0.0} µs"));
            }

            await gateway.Audit(ct);
            await peer.Stop(ct);
            Console.WriteLine($"{Name}: {peer.Said.Trim()}");
            var how = string.Create(CultureInfo.InvariantCulture, $"""
                Both are the same gateway, with the same domain function over the same stored state; the peer keeps no history, encrypts nothing and wakes nobody. {workload}. Before, the peer answered as the engine does, also with many callers at one customer. Closed loop, {shape}, {trial.Duration.TotalSeconds:0} s a run, each first every other time; driver and servers share the machine.
                """);
            return
            [
                new Figure(Name, $"Durable turns a second at the gateway, encrypted, divided by those of a stateless service {What}. {how}", Target, AtLeast: true, rates),
                new Figure(Name + "-cpu", $"Processor time of a turn at the gateway, until it is quiet again, divided by that of a stateless service {What}, that of its store included. {how}", CpuTarget, AtLeast: false, processors),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
