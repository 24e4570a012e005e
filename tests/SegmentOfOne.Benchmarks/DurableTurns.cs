using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks;

/// <summary>Durable turns a second through gRPC, divided by what a bare echo answers to the same driver and messages.</summary>
public static class DurableTurns
{
    private const double Target = 0.45;
    private const int Customers = 100_000;
    private const int Messages = 500_000;
    private const double AskedShare = 0.5;

    public static async Task<Figure> Measure(LoadShape shape, int pairs, TimeSpan duration, CancellationToken ct)
    {
        var everyone = MessagePool.OfEachCustomer(LoadShape.Seed, 0, Customers);
        var mix = MessagePool.OfPopulation(new SimulationPlan(Customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), AskedShare));
        await using var gateway = await MeasuredGateway.Start(ct);
        await using var echo = await ServerProcess.StartEcho(ct);
        var toGateway = shape.DriverOf(gateway.Process);
        var toEcho = shape.DriverOf(echo);

        // Every customer is known before anything is measured, and both servers have compiled what they run.
        gateway.Warm(() => toGateway.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(5), calls: everyone.Count));
        gateway.Warm(() => toGateway.Saturate(mix, shape.InFlight, duration));
        toEcho.Saturate(mix, shape.InFlight, duration);

        List<Pair> measured = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            var subject = await gateway.Run(() => toGateway.Saturate(mix, shape.InFlight, duration), ct);
            var reference = await Measured.Run(echo, () => toEcho.Saturate(mix, shape.InFlight, duration), ct);
            measured.Add(new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {subject.CallsPerSecond:N0}/s against {reference.CallsPerSecond:N0}/s"));
        }
        await gateway.Audit(ct);
        return new Figure("durable-turns", string.Create(CultureInfo.InvariantCulture, $"""
            Unary Interact calls a second at the gateway, each answered when its turn is committed (fsync), divided by calls a second of a bare Kestrel server that sends each message back undecoded. {Customers:N0} resident customers; {mix.Count:N0} different messages of a simulated shop of {mix.MeanBytes:0} bytes in the mean, each sent with an id and a time of its own; {mix.ShareAsking:P0} of them ask for a decision at a placement. Closed loop, {shape}, {duration.TotalSeconds:0} s a run; driver and server share the machine.
            """), Target, AtLeast: true, measured);
    }
}
