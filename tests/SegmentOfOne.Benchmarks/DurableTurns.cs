using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks;

/// <summary>Durable turns a second through gRPC, divided by what a bare echo answers to the same driver and messages.</summary>
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
        var (shape, mix) = (trial.Shape, workload.Mix);
        await using var gateway = await MeasuredGateway.StartWithOffers("gateway", ct);
        await using var echo = await ServerProcess.StartEcho(ct);
        var toGateway = shape.DriverOf(gateway.Process);
        var toEcho = shape.DriverOf(echo);

        // Every customer is known before anything is measured, and both servers have compiled what they run.
        workload.Warm(gateway, toGateway, trial);
        echo.Warm(() => toEcho.Saturate(mix, shape.InFlight, trial.Duration));

        List<Pair> measured = [];
        for (int pair = 0; pair < trial.Pairs; pair++)
        {
            var (subject, reference) = await Measured.InTurn(
                pair, () => gateway.Run(() => toGateway.Saturate(mix, shape.InFlight, trial.Duration), ct),
                () => Measured.Run(echo, () => toEcho.Saturate(mix, shape.InFlight, trial.Duration), ct));
            measured.Add(new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {subject.CallsPerSecond:N0}/s against {reference.CallsPerSecond:N0}/s"));
        }
        await gateway.Audit(ct);
        return [new Figure(name, string.Create(CultureInfo.InvariantCulture, $"""
            Unary Interact calls a second at the gateway, each answered when its turn is committed (fsync) and encrypted under its customer's own key, divided by calls a second of a bare Kestrel server that decodes each message and sends its id back. {workload}. Closed loop, {shape}, {trial.Duration.TotalSeconds:0} s a run; driver and server share the machine.
            """), target, AtLeast: true, measured)];
    }
}
