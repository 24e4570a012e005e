using System.Globalization;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>What most figures send: interactions of a simulated shop, each of which asks for one decision over 20 actions, if for any.</summary>
/// <param name="Everyone">Each customer once.</param>
/// <param name="Mix">What they do then: some come often, most seldom.</param>
public sealed record Workload(int Customers, MessagePool Everyone, MessagePool Mix)
{
    private const int Messages = 500_000;

    /// <param name="placement">Where each asks for a decision; null: none does.</param>
    public static Workload Of(int customers, string? placement = Shop.Offer) => new(
        customers,
        MessagePool.OfEachCustomer(LoadShape.Seed, 0, customers),
        MessagePool.Asking(new SimulationPlan(customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), 1), placement));

    /// <summary>Makes every customer known to a gateway and has it compile what it runs.</summary>
    public void Warm(MeasuredGateway gateway, LoadDriver driver, Trial trial)
    {
        gateway.Warm(() => driver.Saturate(Everyone, trial.Shape.InFlight, Trial.Patience, calls: Everyone.Count));
        gateway.Process.Warm(() => gateway.Warm(() => driver.Saturate(Mix, trial.Shape.InFlight, trial.Duration)));
    }

    /// <summary>Turns a second in a closed loop, once it is quiet.</summary>
    public async Task<double> Capacity(MeasuredGateway gateway, LoadDriver driver, Trial trial, CancellationToken ct)
    {
        await gateway.Quiet(ct);
        return gateway.Warm(() => driver.Saturate(Mix, trial.Shape.InFlight, trial.Duration)).Rate;
    }

    /// <summary>Turns a second of those that arrive at random, half as many again as a closed loop has answered: what comes one by one costs both sides
    /// more than what a closed loop sends together. For so long that checkpoints have to keep up.</summary>
    public async Task<double> OpenCapacity(MeasuredGateway gateway, LoadDriver driver, Trial trial, CancellationToken ct)
    {
        var closed = await Capacity(gateway, driver, trial, ct);
        await gateway.Quiet(ct);
        var open = gateway.Warm(() => driver.Arrive(Mix, closed * 1.5, trial.Sustained, ~LoadShape.Seed)).Rate;
        await gateway.Quiet(ct);
        return open;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Customers:N0} customers; {Mix.Count:N0} different messages of a simulated shop of {Mix.MeanBytes:0} bytes in the mean, each sent with an id and a time of its own, {(Mix.ShareAsking > 0 ? $"each asks for one decision over {Shop.Offers} actions" : "none asks for a decision")}");
}
