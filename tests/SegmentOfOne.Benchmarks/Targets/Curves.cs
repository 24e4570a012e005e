using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>What else grows beside the number of customers: the rate at which turns come, and the history behind each.</summary>
public static class Curves
{
    private const int Customers = 100_000;
    private const int CustomersWithHistory = 1_000;

    private static readonly double[] Shares = [0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 1, 1.2];

    /// <summary>Latency as the rate approaches capacity and passes it.</summary>
    public static async Task<Curve> Rate(Trial trial, CancellationToken ct)
    {
        var workload = Workload.Of(trial.Customers ?? Customers);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);
        workload.Warm(gateway, driver, trial);
        var capacity = await workload.Capacity(gateway, driver, trial, ct);
        List<CurvePoint> points = [];
        foreach (var share in Shares)
        {
            var run = await gateway.Run(() => driver.Arrive(workload.Mix, capacity * share, trial.Duration, LoadShape.Seed), ct);
            points.Add(new CurvePoint(capacity * share, run, new Dictionary<string, double> { ["of capacity"] = share }));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{capacity * share:N0}/s: p99 {run.P99Milliseconds:0.00} ms"));
        }

        await gateway.Audit(ct);
        return new Curve("rate", string.Create(CultureInfo.InvariantCulture, $"""
            Latency by the rate at which turns arrive at random (Poisson), from the intended arrival. {workload}. Capacity is what was answered in a closed loop just before, {capacity:N0}/s. {trial.Shape.Connections} connections, {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.
            """), "offered turns/s", points);
    }

    /// <summary>Rate, memory and disk as the history of each customer grows tenfold again and again.</summary>
    public static async Task<Curve> History(Trial trial, CancellationToken ct)
    {
        var customers = trial.Customers ?? CustomersWithHistory;
        var workload = Workload.Of(customers);
        var folder = Directory.CreateTempSubdirectory("measured-history-");
        try
        {
            var data = KnownStore.DataOf(folder.FullName);
            await using var gateway = await MeasuredGateway.StartOn(data, "gateway", ct, "--playbook", Decisions.Shop.WriteOffers(folder.FullName));
            var driver = trial.Shape.DriverOf(gateway.Process);

            // One more customer has the process compile what it runs.
            var one = MessagePool.OfEachCustomer(LoadShape.Seed, customers, 1, Decisions.Shop.Offer);
            gateway.Process.Warm(() => gateway.Warm(() => driver.Saturate(one, trial.Shape.InFlight, trial.Duration)));
            var before = gateway.Answered;
            List<CurvePoint> points = [];
            for (var each = 10; each <= trial.LongestHistory; each *= 10)
            {
                var wanted = before + ((long)customers * each);
                while (gateway.Answered < wanted)
                {
                    gateway.Warm(() => driver.Saturate(workload.Mix, trial.Shape.InFlight, Trial.Patience, calls: wanted - gateway.Answered));
                }

                var run = await gateway.Run(() => driver.Saturate(workload.Mix, trial.Shape.InFlight, trial.Duration), ct);
                var overview = await gateway.Process.Overview(ct);
                points.Add(new CurvePoint((double)(gateway.Answered - before) / customers, run, new Dictionary<string, double>
                {
                    ["resident bytes a customer"] = (double)overview.ResidentBytes / customers,
                    ["disk bytes a turn"] = (double)FolderSize.Of(folder.FullName) / gateway.Answered,
                }));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{points[^1].At:N0} turns each: {run.CallsPerSecond:N0}/s"));
            }

            return new Curve("history", string.Create(CultureInfo.InvariantCulture, $"""
                What turns that a customer has behind it cost the next one, in the mean of {customers:N0} customers, of whom some have many more and most have fewer. {workload}. Closed loop, {trial.Shape}, {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.
                """), "turns behind each customer", points);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
