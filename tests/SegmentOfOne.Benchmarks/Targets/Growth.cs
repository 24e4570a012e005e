using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>Whether those that are known and not in memory cost those that are there anything.</summary>
public static class Growth
{
    private const double RateTarget = 0.9;
    private const double LatencyTarget = 1.5;
    private const int Most = 5_000_000;

    /// <summary>The numbers of known customers, the first of which is also that of those that do something.</summary>
    public static int[] Sizes(Trial trial) => trial.Customers is int most ? [most / 500, most / 5, most] : [Most / 500, Most / 5, Most];

    public static async Task<Found> Measure(Trial trial, CancellationToken ct)
    {
        var sizes = Sizes(trial);
        var workload = Workload.Of(sizes[0]);
        List<(MeasuredGateway Gateway, LoadDriver Driver)> places = [];
        try
        {
            foreach (var size in sizes)
            {
                var store = await KnownStore.Prepare(trial, size, ct);
                var gateway = await MeasuredGateway.StartOn(store.Data, string.Create(CultureInfo.InvariantCulture, $"{size:N0} known"), ct);
                places.Add((gateway, trial.Shape.DriverOf(gateway.Process)));
                workload.Warm(gateway, places[^1].Driver, trial);
            }

            foreach (var (gateway, _) in places)
            {
                await gateway.Quiet(ct);
            }

            var half = await workload.OpenCapacity(places[0].Gateway, places[0].Driver, trial, ct) / 2;
            var rates = sizes.Select(_ => new List<Measured>()).ToArray();
            var latencies = sizes.Select(_ => new List<Measured>()).ToArray();
            for (var round = 0; round < trial.Pairs; round++)
            {
                // Each size comes first in turn.
                foreach (var i in Enumerable.Range(0, sizes.Length).Select(place => (place + round) % sizes.Length))
                {
                    var (gateway, driver) = places[i];
                    rates[i].Add(await gateway.Run(() => driver.Saturate(workload.Mix, trial.Shape.InFlight, trial.Duration), ct));
                    latencies[i].Add(await gateway.Run(() => driver.Arrive(workload.Mix, half, trial.Duration, LoadShape.Seed + (ulong)round), ct));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}, {sizes[i]:N0} known: {rates[i][^1].CallsPerSecond:N0}/s, p99 {latencies[i][^1].P99Milliseconds:0.00} ms"));
                }
            }

            return Told(trial, sizes, workload, half, rates, latencies);
        }
        finally
        {
            foreach (var (gateway, _) in places)
            {
                await gateway.DisposeAsync();
            }
        }
    }

    private static Found Told(
        Trial trial, int[] sizes, Workload workload, double half, List<Measured>[] rates, List<Measured>[] latencies)
    {
        var how = string.Create(CultureInfo.InvariantCulture, $"""
            Each gateway has a data folder of its own in which so many customers are known; {sizes[0]:N0} of them are in memory and do something, the same in each, the others are in the store only. {workload}. Rates in a closed loop, {trial.Shape}; latencies at {half:N0}/s for all, half of what that with {sizes[0]:N0} answered just before while half as much again arrived as it answers in a closed loop, arriving at random (Poisson). {trial.Duration.TotalSeconds:0} s a run, the sizes in turn; driver and servers share the machine.
            """);
        List<IFinding> findings = [];
        for (var i = 1; i < sizes.Length; i++)
        {
            var known = string.Create(CultureInfo.InvariantCulture, $"{sizes[i]:N0}");
            var name = i == sizes.Length - 1 ? "growth" : "growth-to-a-fifth";
            findings.Add(new Figure(name, $"Durable turns a second with {known} known customers, divided by those with {sizes[0]:N0}. {how}", RateTarget, AtLeast: true,
                [.. rates[i].Zip(rates[0], (subject, reference) => new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond))]));
            findings.Add(new Figure(name + "-p99", $"p99 with {known} known customers, divided by that with {sizes[0]:N0}. {how}", LatencyTarget, AtLeast: false,
                [.. latencies[i].Zip(latencies[0], (subject, reference) => new Pair(subject, reference, subject.P99Milliseconds / reference.P99Milliseconds))]));
        }

        var curve = new Curve("customers", $"What known customers that are not in memory cost those that are: the run in the middle of {trial.Pairs}. {how}", "known customers", [.. sizes.Select((size, i) => new CurvePoint(
            size,
            rates[i].OrderBy(run => run.CallsPerSecond).ElementAt(rates[i].Count / 2),
            new Dictionary<string, double> { ["p99 ms at half load"] = Middle.Of(latencies[i].Select(run => run.P99Milliseconds)) }))]);
        return new Found(findings, [curve]);
    }
}
