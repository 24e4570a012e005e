using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>p99 of durable turns at half of the gateway's capacity, divided by that of a bare echo at the same rate.</summary>
public static class HalfLoad
{
    private const double Target = 3;
    private const int Customers = 100_000;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var workload = Workload.Of(trial.Customers ?? Customers);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        await using var echo = await ServerProcess.StartEcho(ct);
        LoadDriver toGateway = trial.Shape.DriverOf(gateway.Process), toEcho = trial.Shape.DriverOf(echo);
        workload.Warm(gateway, toGateway, trial);
        echo.Warm(() => toEcho.Saturate(workload.Mix, trial.Shape.InFlight, trial.Duration));

        var rate = await workload.OpenCapacity(gateway, toGateway, trial, ct) / 2;
        List<Pair> pairs = [];
        for (var pair = 0; pair < trial.Pairs; pair++)
        {
            var seed = LoadShape.Seed + (ulong)pair;
            var (subject, reference) = await Measured.InTurn(
                pair, () => gateway.Run(() => toGateway.Arrive(workload.Mix, rate, trial.Duration, seed), ct),
                () => Measured.Run(echo, () => toEcho.Arrive(workload.Mix, rate, trial.Duration, seed), ct));
            pairs.Add(new Pair(subject, reference, subject.P99Milliseconds / reference.P99Milliseconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: p99 {subject.P99Milliseconds:0.00} ms against {reference.P99Milliseconds:0.00} ms"));
        }

        await gateway.Audit(ct);
        return
        [
            new Figure("half-load", string.Create(CultureInfo.InvariantCulture, $"""
                p99 of Interact at half of the gateway's capacity, divided by that of a bare Kestrel echo at the same rate. {workload}. Capacity is what the gateway answered just before in {trial.Sustained.TotalSeconds:0} s while half as much again arrived at random as it answers in a closed loop: {rate * 2:N0}/s; half of that arrives at random (Poisson) whatever the servers do, and latency counts from the intended arrival. {trial.Shape.Connections} connections, {trial.Duration.TotalSeconds:0} s a run, each first every other time; driver and servers share the machine.
                """), Target, AtLeast: false, pairs),
        ];
    }
}
