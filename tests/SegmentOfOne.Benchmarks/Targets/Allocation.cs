using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>Managed memory that a turn allocates, from the bytes of the request to those of the reply.</summary>
public static class Allocation
{
    private const double Target = 2_048;
    private const int Customers = 100_000;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var workload = Workload.Of(trial.Customers ?? Customers);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);
        workload.Warm(gateway, driver, trial);
        List<Sample> samples = [];
        for (var run = 0; run < trial.Pairs; run++)
        {
            var measured = await gateway.Run(() => driver.Saturate(workload.Mix, trial.Shape.InFlight, trial.Duration), ct);
            samples.Add(Quantity.Of(measured.AllocatedBytes, measured));
        }

        await gateway.Audit(ct);
        return
        [
            new Quantity("allocation", string.Create(CultureInfo.InvariantCulture, $"""
                Managed memory that the gateway allocates for a turn: gRPC, the turn, its journal and its checkpoint, until it is quiet again. {workload}. Closed loop, {trial.Shape}, {trial.Duration.TotalSeconds:0} s a run.
                """), "B", Target, AtLeast: false, samples),
        ];
    }
}
