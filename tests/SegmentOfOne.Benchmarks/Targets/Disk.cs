using System.Globalization;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>What a turn leaves on disk for good.</summary>
public static class Disk
{
    private const double Target = 250;
    private const int Customers = 20_000;
    private const int TurnsEach = 100;
    private const int Messages = 500_000;
    private const double AskedShare = 0.5;

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var customers = trial.Customers ?? Customers;
        var mix = MessagePool.OfPopulation(new SimulationPlan(customers, Messages, LoadShape.Seed, DateTimeOffset.UtcNow, TimeSpan.FromDays(90), AskedShare));
        var folder = Directory.CreateTempSubdirectory("measured-disk-");
        try
        {
            var data = KnownStore.DataOf(folder.FullName);
            long turns = 0;
            await using (var gateway = await ServerProcess.StartGateway(data, ct))
            {
                var driver = trial.Shape.DriverOf(gateway);
                while (turns < (long)customers * TurnsEach)
                {
                    turns += driver.Saturate(mix, trial.Shape.InFlight, Trial.Patience, calls: ((long)customers * TurnsEach) - turns).Answered;
                }

                await gateway.Quiet(ct);
                await gateway.Stop(ct);
            }

            var beside = new Dictionary<string, double>
            {
                ["turns"] = turns,
                ["MB"] = FolderSize.Of(data) / 1e6,
                ["of them journal"] = FolderSize.Of(data, "journal") / 1e6,
                ["of them customers and history"] = FolderSize.Of(data, "customers") / 1e6,
                ["vault MB"] = (FolderSize.Of(folder.FullName) - FolderSize.Of(data)) / 1e6,
            };
            return
            [
                new Quantity("disk", string.Create(CultureInfo.InvariantCulture, $"""
                    All files of the data folder after {turns:N0} turns of {customers:N0} customers and a checkpoint of all, divided by the turns: every turn is kept, encrypted, and so are the customers' last states, their keys and the indexes. Messages of a simulated shop of {mix.MeanBytes:0} bytes in the mean, {mix.ShareAsking:P0} of which ask for a decision.
                    """), "B", Target, AtLeast: false, [new Sample((double)FolderSize.Of(folder.FullName) / turns, beside)]),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
