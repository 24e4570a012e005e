using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks;

/// <summary>Durable turns a second with everything encrypted under its customer's key, divided by the same in the clear.</summary>
public static class EncryptionCost
{
    private const double Target = 0.90;
    private const int Customers = 100_000;
    private const int Messages = 500_000;
    private const double AskedShare = 0.5;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var (shape, pairs, duration) = (trial.Shape, trial.Pairs, trial.Duration);
        var everyone = MessagePool.OfEachCustomer(LoadShape.Seed, 0, Customers);
        var mix = MessagePool.OfPopulation(new SimulationPlan(Customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), AskedShare));
        await using var encrypting = await MeasuredGateway.Start("encrypted", ct);
        await using var clear = await MeasuredGateway.Start("in the clear", ct, "--vault", "none");
        var toEncrypting = shape.DriverOf(encrypting.Process);
        var toClear = shape.DriverOf(clear.Process);
        foreach (var (gateway, driver) in new[] { (encrypting, toEncrypting), (clear, toClear) })
        {
            gateway.Warm(() => driver.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(5), calls: everyone.Count));
            gateway.Warm(() => driver.Saturate(mix, shape.InFlight, duration));
        }

        List<Pair> measured = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            var (subject, reference) = await Measured.InTurn(
                pair, () => encrypting.Run(() => toEncrypting.Saturate(mix, shape.InFlight, duration), ct),
                () => clear.Run(() => toClear.Saturate(mix, shape.InFlight, duration), ct));
            measured.Add(new Pair(subject, reference, subject.CallsPerSecond / reference.CallsPerSecond));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: {subject.CallsPerSecond:N0}/s against {reference.CallsPerSecond:N0}/s"));
        }

        await encrypting.Audit(ct);
        await clear.Audit(ct);
        return [new Figure("encryption", string.Create(CultureInfo.InvariantCulture, $"""
            Unary Interact calls a second at the gateway, each answered when its turn is committed (fsync), everything stored under AES-256-GCM with its customer's own key, divided by the same of a gateway that stores in the clear (`--vault none`). {Customers:N0} resident customers; {mix.Count:N0} different messages of a simulated shop, {mix.ShareAsking:P0} of them ask for a decision. Closed loop, {shape}, {duration.TotalSeconds:0} s a run, the two in turn; driver and servers share the machine.
            """), Target, AtLeast: true, measured)];
    }
}
