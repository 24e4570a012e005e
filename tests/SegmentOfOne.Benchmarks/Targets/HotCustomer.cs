using System.Globalization;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>One customer that does as much as thousands, such as a kiosk: how fast it can be, and what others notice of it.</summary>
public static class HotCustomer
{
    private const double RateTarget = 20_000;
    private const double OthersTarget = 1.2;
    private const int Customers = 100_000;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var workload = Workload.Of(trial.Customers ?? Customers);
        // The customer behind all others.
        var kiosk = MessagePool.OfEachCustomer(LoadShape.Seed, workload.Customers, 1, Shop.Offer);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);
        workload.Warm(gateway, driver, trial);
        gateway.Warm(() => driver.Saturate(kiosk, trial.Shape.InFlight, trial.Duration));
        var capacity = await workload.Capacity(gateway, driver, trial, ct);

        List<Sample> alone = [];
        List<Pair> pairs = [];
        for (var pair = 0; pair < trial.Pairs; pair++)
        {
            var own = await gateway.Run(() => driver.Saturate(kiosk, trial.Shape.InFlight, trial.Duration), ct);
            alone.Add(Quantity.Of(own.CallsPerSecond, own));
            var seed = LoadShape.Seed + (ulong)pair;
            var (subject, reference) = await Measured.InTurn(pair, () => Beside(kiosk), () => Beside(workload.Mix));
            pairs.Add(new Pair(subject, reference, subject.P99Milliseconds / reference.P99Milliseconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {own.CallsPerSecond:N0}/s; others' p99 {subject.P99Milliseconds:0.00} ms beside it, {reference.P99Milliseconds:0.00} ms beside others"));

            // Both streams come at a quarter of capacity; what is measured is the first.
            Task<Measured> Beside(MessagePool second) => gateway.Run(
                () =>
                {
                    var other = Task.Factory.StartNew(() => gateway.Warm(() => driver.Arrive(second, capacity / 4, trial.Duration, ~seed)), TaskCreationOptions.LongRunning);
                    var others = driver.Arrive(workload.Mix, capacity / 4, trial.Duration, seed);
                    other.Wait(ct);
                    return others;
                },
                ct);
        }

        await gateway.Audit(ct);
        var how = string.Create(CultureInfo.InvariantCulture, $"{workload}; the one customer's are page views. {trial.Shape.Connections} connections, {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.");
        return
        [
            new Quantity("hot", $"Durable turns a second of one customer, in a closed loop with {trial.Shape.InFlight} calls in flight on each connection. {how}", "turns/s", RateTarget, AtLeast: true, alone),
            new Figure("hot-others", string.Create(CultureInfo.InvariantCulture, $"p99 of other customers beside one that takes a quarter of capacity, divided by the same where that quarter comes from many. Others come at random at another quarter; capacity is what was answered in a closed loop just before, {capacity:N0}/s. Processor time and memory of a call are those of both streams. {how}"), OthersTarget, AtLeast: false, pairs),
        ];
    }
}
