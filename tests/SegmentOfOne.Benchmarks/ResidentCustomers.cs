using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks;

/// <summary>p99 at half of capacity with a million resident customers, divided by the same with a thousand.</summary>
public static class ResidentCustomers
{
    private const double Target = 2;
    private const int Many = 1_000_000;
    private const int Few = 1_000;
    private const int Messages = 500_000;
    private const double AskedShare = 0.5;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var (shape, pairs, duration) = (trial.Shape, trial.Pairs, trial.Duration);
        var all = trial.Customers ?? Many;
        await using var many = await Crowd.Gather(all, shape, duration, ct);
        await using var few = await Crowd.Gather(Few, shape, duration, ct);
        List<Pair> measured = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            var subject = await many.AtHalfOfCapacity(duration, ct);
            var reference = await few.AtHalfOfCapacity(duration, ct);
            measured.Add(new Pair(subject, reference, subject.P99Milliseconds / reference.P99Milliseconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair + 1}: p99 {subject.P99Milliseconds:0.00} ms against {reference.P99Milliseconds:0.00} ms"));
        }
        await many.Audit(ct);
        await few.Audit(ct);
        return [new Figure("resident-customers", string.Create(CultureInfo.InvariantCulture, $"""
            p99 of Interact at half of capacity with {all:N0} customers in memory, divided by the same with {Few:N0}: two gateways, each with a data folder of its own. Capacity is what each answered in a closed loop just before ({many.Capacity:N0}/s and {few.Capacity:N0}/s); half of it arrives at random (Poisson) whatever the gateway does, and latency counts from the intended arrival. Messages of a simulated shop, {Messages:N0} different ones, each sent with an id and a time of its own; a customer of the thousand has a thousand times as many turns behind it, so its state is as large as it gets. {shape.Connections} connections, {duration.TotalSeconds:0} s a run; driver and server share the machine.
            """), Target, AtLeast: false, measured)];
    }

    /// <summary>A gateway with its customers in memory.</summary>
    private sealed class Crowd : IAsyncDisposable
    {
        private readonly MeasuredGateway _gateway;
        private readonly LoadDriver _driver;
        private readonly MessagePool _mix;
        private ulong _run = LoadShape.Seed;

        private Crowd(MeasuredGateway gateway, LoadDriver driver, MessagePool mix, double capacity)
        {
            (_gateway, _driver, _mix, Capacity) = (gateway, driver, mix, capacity);
        }

        /// <summary>Turns a second in a closed loop.</summary>
        public double Capacity { get; }

        public static async Task<Crowd> Gather(int customers, LoadShape shape, TimeSpan duration, CancellationToken ct)
        {
            var everyone = MessagePool.OfEachCustomer(LoadShape.Seed, 0, customers);
            var mix = MessagePool.OfPopulation(new SimulationPlan(customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), AskedShare));
            var gateway = await MeasuredGateway.Start(ct);
            var driver = shape.DriverOf(gateway.Process);
            gateway.Warm(() => driver.Saturate(everyone, shape.InFlight, TimeSpan.FromMinutes(10), calls: everyone.Count));
            gateway.Warm(() => driver.Saturate(mix, shape.InFlight, duration));
            await gateway.Quiet(ct);
            var capacity = gateway.Warm(() => driver.Saturate(mix, shape.InFlight, duration)).Rate;
            return new Crowd(gateway, driver, mix, capacity);
        }

        public Task<Measured> AtHalfOfCapacity(TimeSpan duration, CancellationToken ct) =>
            _gateway.Run(() => _driver.Arrive(_mix, Capacity / 2, duration, _run++), ct);

        public Task Audit(CancellationToken ct) => _gateway.Audit(ct);

        public ValueTask DisposeAsync() => _gateway.DisposeAsync();
    }
}
