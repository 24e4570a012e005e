using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>How fast customers come into memory from the store, each because of a turn.</summary>
public static class ColdTouch
{
    private const double Target = 20_000;
    private const int Customers = 1_000_000;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var store = await KnownStore.Prepare(trial, trial.Customers ?? Customers, ct);
        await using var gateway = await MeasuredGateway.StartOn(store.Data, "gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);

        // Nobody is in memory, and each is touched once. The first part is for the compiler.
        if ((await gateway.Process.Overview(ct)).Resident is var already and not 0)
        {
            throw new InvalidOperationException($"{already} customers are in memory before they are touched");
        }

        var part = store.Customers / (trial.Pairs + 1);
        List<Sample> samples = [];
        for (var run = 0; run <= trial.Pairs; run++)
        {
            var some = MessagePool.OfEachCustomer(LoadShape.Seed, run * part, part);
            var measured = await gateway.Run(() => driver.Saturate(some, trial.Shape.InFlight, Trial.Patience, calls: some.Count), ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}: {measured.CallsPerSecond:N0}/s"));
            if (run > 0)
            {
                samples.Add(Quantity.Of(measured.CallsPerSecond, measured));
            }
        }

        return
        [
            new Quantity("cold", string.Create(CultureInfo.InvariantCulture, $"""
                Turns a second of customers that are in no memory, each of which is read from the store, decrypted and decoded for it. {store.Customers:N0} customers are known; each run touches {part:N0} others, once, in no order of the store; the operating system's cache is as it happens to be. Closed loop, {trial.Shape}; driver and server share the machine.
                """), "activations/s", Target, AtLeast: true, samples),
        ];
    }
}
