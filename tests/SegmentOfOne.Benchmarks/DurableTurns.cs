using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks;

/// <summary>Durable turns a second through gRPC, divided by what a bare echo answers to the same driver and messages: to callers who have a
/// connection and one call each, and to a few connections with many calls in flight, of which the echo finds dozens in a packet.</summary>
public static class DurableTurns
{
    private const int Customers = 100_000;

    /// <summary>Turns with one decision over 20 actions each.</summary>
    public static Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct) =>
        Measure("durable-turns", 0.60, Workload.Of(trial.Customers ?? Customers), trial, ct);

    /// <summary>Turns without a decision.</summary>
    public static Task<IReadOnlyList<IFinding>> MeasurePlain(Trial trial, CancellationToken ct) =>
        Measure("plain-turns", 0.45, Workload.Of(trial.Customers ?? Customers, placement: null), trial, ct);

    private static async Task<IReadOnlyList<IFinding>> Measure(string name, double target, Workload workload, Trial trial, CancellationToken ct)
    {
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        await using var echo = await ServerProcess.StartEcho(ct);

        // Every customer is known before anything is measured, and both servers have compiled what they run.
        workload.Warm(gateway, trial.Shape.DriverOf(gateway.Process), trial);
        List<IFinding> figures = [];
        foreach (var (figure, shape) in new[] { (name, LoadShape.Callers), (name + "-packed", trial.Shape) })
        {
            LoadDriver toGateway = shape.DriverOf(gateway.Process), toEcho = shape.DriverOf(echo);
            gateway.Process.Warm(() => gateway.Warm(() => toGateway.Saturate(workload.Mix, shape.InFlight, trial.Duration)));
            echo.Warm(() => toEcho.Saturate(workload.Mix, shape.InFlight, trial.Duration));
            List<Pair> measured = [];
            for (int pair = 0; pair < trial.Pairs; pair++)
            {
                var (subject, reference) = await Measured.InTurn(
                    pair, () => gateway.Run(() => toGateway.Saturate(workload.Mix, shape.InFlight, trial.Duration), ct),
                    () => Measured.Run(echo, () => toEcho.Saturate(workload.Mix, shape.InFlight, trial.Duration), ct));
                measured.Add(new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figure}, pair {pair + 1}: {subject.CallsPerSecond:N0}/s against {reference.CallsPerSecond:N0}/s"));
            }

            figures.Add(new Figure(figure, string.Create(CultureInfo.InvariantCulture, $"""
                Unary Interact calls a second at the gateway, each answered when its turn is committed (fsync) and encrypted under its customer's own key, divided by calls a second of a bare Kestrel server that decodes each message and sends its id back. {workload}. Closed loop, {shape}, {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.
                """), target, AtLeast: true, measured));
        }

        await gateway.Audit(ct);
        return figures;
    }
}
