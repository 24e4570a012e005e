using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>What becomes of the turns that are taken while three times as many are wanted as can be.</summary>
public static class Overload
{
    private const double Times = 3;
    private const double GoodputTarget = 0.9;
    private const double LatencyTarget = 250;
    private const int Customers = 100_000;

    // A server lets 100 be in flight on each; what waits for that at the caller is late, and counts as such.
    private const int Connections = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var workload = Workload.Of(trial.Customers ?? Customers);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        var driver = trial.Shape.DriverOf(gateway.Process);
        var flood = (trial.Shape with { Connections = Connections }).DriverOf(gateway.Process, asksWhy: true);
        workload.Warm(gateway, driver, trial);

        List<Sample> goodput = [], latency = [], sentAway = [];
        for (var run = 0; run < trial.Pairs; run++)
        {
            var capacity = await workload.Capacity(gateway, driver, trial, ct);
            LoadResult? seen = null;
            long queued = 0;
            var measured = await gateway.Run(
                () =>
                {
                    using var watch = new Timer(_ => queued = Math.Max(queued, gateway.Process.Read().Queued), null, TimeSpan.Zero, Look);
                    return seen = flood.Arrive(workload.Mix, capacity * Times, trial.Duration, LoadShape.Seed + (ulong)run);
                },
                ct);
            var refused = seen!.Refused;
            (string, double)[] beside = [("capacity/s", capacity), ("offered/s", capacity * Times), ("RESOURCE_EXHAUSTED with pushback", seen.SentAway), ("most that waited for a thread", queued)];
            goodput.Add(Quantity.Of(measured.CallsPerSecond / capacity, measured, beside));
            latency.Add(Quantity.Of(measured.P99Milliseconds, measured, beside));
            sentAway.Add(Quantity.Of(refused == 0 ? 1 : (double)seen.SentAway / refused, measured, beside));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run + 1}: {measured.CallsPerSecond:N0}/s of {capacity * Times:N0}/s offered, p99 {measured.P99Milliseconds:0} ms, {refused:N0} refused, {seen.SentAway:N0} of them with RESOURCE_EXHAUSTED and pushback; at most {queued:N0} waited for a thread"));
        }

        await gateway.Audit(ct);
        var how = string.Create(CultureInfo.InvariantCulture, $"""
            Three times capacity arrives at random (Poisson) whatever the gateway does, on {Connections} connections with 100 calls in flight at most on each; latency counts from the intended arrival, so what waits at the caller counts too, and the time until the last call has ended counts to the rate. Capacity is what was answered in a closed loop just before each run. {workload}. {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.
            """);
        return
        [
            new Quantity("overload-goodput", $"Turns answered a second while three times capacity is wanted, divided by capacity. {how}", "", GoodputTarget, AtLeast: true, goodput),
            new Quantity("overload-p99", $"p99 of the turns that are answered while three times capacity is wanted. {how}", "ms", LatencyTarget, AtLeast: false, latency),
            new Quantity("overload-refusals", $"Of the calls that were refused, the share that said RESOURCE_EXHAUSTED and when to come back; 1 where none was. {how}", "", 1, AtLeast: true, sentAway),
        ];
    }
}
