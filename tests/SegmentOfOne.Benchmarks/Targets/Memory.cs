using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>What a customer in memory takes of the process, all else included.</summary>
public static class Memory
{
    private const double Target = 1_024;
    private const int Customers = 1_000_000;
    private const int Looked = 100;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var customers = trial.Customers ?? Customers;

        // The clock stands at a noon, so that no quiet hours hold the e-mail back and nothing becomes due while they all come.
        var noon = new DateTimeOffset(DateTime.UtcNow.Date.AddHours(12), TimeSpan.Zero);
        await using var gateway = await MeasuredGateway.Start("gateway", ct, "--clock", noon.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture), "--clock-stands");
        var empty = await gateway.Quiet(ct);
        var driver = trial.Shape.DriverOf(gateway.Process, at: noon);
        foreach (var message in Lifetime.Interactions)
        {
            var each = MessagePool.OfEachCustomer(LoadShape.Seed, 0, customers, message);
            for (long left = each.Count; left > 0;)
            {
                left -= gateway.Warm(() => driver.Saturate(each, trial.Shape.InFlight, Trial.Patience, calls: left)).Answered;
            }
        }

        var full = await gateway.Quiet(ct);
        var overview = await gateway.Process.Overview(ct);
        await Look(gateway.Process, customers, ct);
        if (overview.Resident != customers)
        {
            throw new InvalidOperationException($"{overview.Resident} of {customers} customers are in memory");
        }

        var beside = new Dictionary<string, double>
        {
            ["resident MB"] = full.WorkingSetBytes / 1e6,
            ["MB before any"] = empty.WorkingSetBytes / 1e6,
            ["B each without those"] = (double)(full.WorkingSetBytes - empty.WorkingSetBytes) / customers,
            ["B each in slabs"] = (double)overview.ResidentBytes / customers,
            ["B each in the collected heap"] = (double)full.HeapBytes / customers,
        };
        return
        [
            new Quantity("memory", string.Create(CultureInfo.InvariantCulture, $"""
                Resident memory of the gateway's process once {customers:N0} customers are in it and it is quiet, divided by them: each after {Lifetime.Interactions.Count} interactions, in {Lifetime.Journeys} journeys and with a reservation, which was looked at for {Looked} of them. Encryption on. All of the process is counted, the runtime and what was freed and not given back included.
                """), "B", Target, AtLeast: false, [new Sample((double)full.WorkingSetBytes / customers, beside)]),
        ];
    }

    /// <summary>Whether customers are as the figure says.</summary>
    private static async Task Look(ServerProcess gateway, int customers, CancellationToken ct)
    {
        using var client = new ExperienceClient(new Uri($"http://{gateway.Grpc}"));
        foreach (var number in Enumerable.Range(0, Looked).Select(i => (int)((long)i * customers / Looked)))
        {
            var state = await client.GetCustomer(new GetCustomerRequest { Customer = Shopper.Of(LoadShape.Seed, number).Identifier }, ct);
            var reserved = state?.Contact.Touches.Count(touch => touch.Status == "reserved") ?? 0;
            if (state is null || (int)state.Interactions != Lifetime.Interactions.Count || state.Journeys.Count != Lifetime.Journeys || reserved != 1)
            {
                throw new InvalidOperationException($"customer {number} has {state?.Interactions} interactions, {state?.Journeys.Count} journeys, {reserved} reservations");
            }
        }
    }
}
