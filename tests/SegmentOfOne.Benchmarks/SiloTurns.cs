using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks;

/// <summary>
/// Durable turns a second of one silo with its gateway on PostgreSQL, in one run against two others on the same server: the embedded
/// engine, and grains that make the same turns and write their whole state after each, as they commonly do.
/// </summary>
public static class SiloTurns
{
    private const double TargetOfEmbedded = 0.75, TargetOfPeer = 10;
    private const int Customers = 20_000;
    private const int Messages = 200_000;
    private const double AskedShare = 0.5;

    public static async Task<Figure[]> Measure(string postgres, LoadShape shape, int pairs, TimeSpan duration, CancellationToken ct)
    {
        var everyone = MessagePool.OfEachCustomer(LoadShape.Seed, 0, Customers);
        var mix = MessagePool.OfPopulation(new SimulationPlan(Customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), AskedShare));
        await using var databases = new ScratchDatabases(postgres);
        await using var silo = MeasuredGateway.Over(await ServerProcess.StartGateway(
            "silo", Built.Silo, await databases.Create(ct), ct, "--localhost", "--silo", "127.0.0.1:0", "--silo-gateway", "0"));
        await using var embedded = MeasuredGateway.Over(await ServerProcess.StartGateway("embedded", Built.Gateway, await databases.Create(ct), ct));
        await using var peer = await ServerProcess.StartGateway("peer", Built.SiloTestHost, await databases.Create(ct), ct, "peer");
        LoadDriver toSilo = shape.DriverOf(silo.Process), toEmbedded = shape.DriverOf(embedded.Process), toPeer = shape.DriverOf(peer);

        // Every customer is known before anything is measured, and all have compiled what they run.
        foreach (var warm in new Action[]
        {
            () => silo.Warm(() => toSilo.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(5), calls: everyone.Count)),
            () => embedded.Warm(() => toEmbedded.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(5), calls: everyone.Count)),
            () => toPeer.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(5), calls: everyone.Count),
            () => silo.Warm(() => toSilo.Saturate(mix, shape.InFlight, duration)),
            () => embedded.Warm(() => toEmbedded.Saturate(mix, shape.InFlight, duration)),
            () => toPeer.Saturate(mix, shape.InFlight, duration),
        })
        {
            warm();
        }

        List<Pair> toEmbeddedPairs = [], toPeerPairs = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            var subject = await silo.Run(() => toSilo.Saturate(mix, shape.InFlight, duration), ct);
            var alone = await embedded.Run(() => toEmbedded.Saturate(mix, shape.InFlight, duration), ct);
            var common = await Measured.Run(peer, () => toPeer.Saturate(mix, shape.InFlight, duration), ct);
            toEmbeddedPairs.Add(new Pair(subject, alone, subject.CallsPerSecond / alone.CallsPerSecond));
            toPeerPairs.Add(new Pair(subject, common, subject.CallsPerSecond / common.CallsPerSecond));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {pair + 1}: silo {subject.CallsPerSecond:N0}/s, embedded {alone.CallsPerSecond:N0}/s, peer {common.CallsPerSecond:N0}/s"));
        }

        await silo.Audit(ct);
        await embedded.Audit(ct);
        var how = string.Create(CultureInfo.InvariantCulture, $"""
            {Customers:N0} customers; {mix.Count:N0} different messages of a simulated shop, {mix.ShareAsking:P0} of which ask for a decision. Closed loop, {shape}, {duration.TotalSeconds:0} s a run; PostgreSQL (fsync on), driver and server share the machine; the three are run in turn.
            """);
        return
        [
            new Figure("silo-turns", $"Unary Interact calls a second at one silo with the gateway beside it, each answered when its turn is committed on PostgreSQL, divided by the same of the embedded engine on the same server. The grains of these customers are active beside the gateway, which asks the silo's home for them without a message. {how}", TargetOfEmbedded, AtLeast: true, toEmbeddedPairs),
            new Figure("silo-peer", $"Unary Interact calls a second at one silo with the gateway beside it, each answered when its turn is committed on PostgreSQL, divided by the same through the same gateway of grains that decide the same way and call WriteStateAsync for each turn, on the same server. {how}", TargetOfPeer, AtLeast: true, toPeerPairs),
        ];
    }
}
