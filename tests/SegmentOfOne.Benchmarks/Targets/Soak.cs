using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>Whether memory and latency stay as they are while 70 % of capacity goes on and on.</summary>
public static class Soak
{
    private const double Share = 0.7;
    private const double GrowthTarget = 5;
    private const double LatencyTarget = 1.2;
    private const int Customers = 100_000;
    private const int Windows = 6;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var whole = trial.Soak;
        var workload = Workload.Of(trial.Customers ?? Customers);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);
        workload.Warm(gateway, driver, trial);
        var rate = await workload.OpenCapacity(gateway, driver, trial, ct) * Share;

        List<(Reading Reading, GatewayOverview Overview, LoadResult Load)> windows = [];
        for (var window = 0; window < Windows; window++)
        {
            var load = gateway.Warm(() => driver.Arrive(workload.Mix, rate, whole / Windows, LoadShape.Seed + (ulong)window));
            windows.Add((gateway.Process.Read(), await gateway.Process.Overview(ct), load));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{whole / Windows * (window + 1):hh\\:mm\\:ss}: {load.Rate:N0}/s, p99 {P99(load):0.00} ms, {load.Refused} refused, {windows[^1].Reading.WorkingSetBytes / 1e6:N0} MB, of it {windows[^1].Overview.ResidentBytes / 1e6:N0} residents and {windows[^1].Reading.HeapBytes / 1e6:N0} collected heap, {windows[^1].Overview.Unsaved:N0} turns unsaved"));
        }

        await gateway.Audit(ct);
        var beside = new Dictionary<string, double>();
        for (var window = 0; window < Windows; window++)
        {
            var minutes = (whole / Windows * (window + 1)).TotalMinutes;
            beside[string.Create(CultureInfo.InvariantCulture, $"MB at {minutes:0.##} min")] = windows[window].Reading.WorkingSetBytes / 1e6;
            beside[string.Create(CultureInfo.InvariantCulture, $"of it residents at {minutes:0.##} min")] = windows[window].Overview.ResidentBytes / 1e6;
            beside[string.Create(CultureInfo.InvariantCulture, $"collected heap at {minutes:0.##} min")] = windows[window].Reading.HeapBytes / 1e6;
            beside[string.Create(CultureInfo.InvariantCulture, $"unsaved turns at {minutes:0.##} min")] = windows[window].Overview.Unsaved;
            beside[string.Create(CultureInfo.InvariantCulture, $"p99 ms to {minutes:0.##} min")] = P99(windows[window].Load);
        }

        beside["answered"] = windows.Sum(window => window.Load.Answered);
        beside["refused"] = windows.Sum(window => window.Load.Refused);
        var growth = (((double)windows[^1].Reading.WorkingSetBytes / windows[0].Reading.WorkingSetBytes) - 1) * 100;
        var how = string.Create(CultureInfo.InvariantCulture, $"{whole.TotalMinutes:0.#} minutes in {Windows} windows at {rate:N0}/s, {Share:P0} of what was answered just before in {trial.Sustained.TotalSeconds:0} s while half as much again arrived as a closed loop answers; at random (Poisson), and latency counts from the intended arrival. {workload}. {trial.Shape.Connections} connections; driver and server share the machine.");
        return
        [
            new Quantity("soak-memory", $"How much the process's resident memory grew from the end of the first window to the end of the last. {how}", "%", GrowthTarget, AtLeast: false, [new Sample(growth, beside)]),
            new Quantity("soak-p99", $"p99 of the last window, divided by that of the first. {how}", "", LatencyTarget, AtLeast: false, [new Sample(P99(windows[^1].Load) / P99(windows[0].Load), beside)]),
        ];
    }

    private static double P99(LoadResult load) => load.Latency.Percentile(0.99) / 1e6;
}
