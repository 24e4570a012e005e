using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Stores;

/// <summary>
/// A folder with a data folder in which many customers are known and checkpointed, each by one turn, and the vault beside it. It takes long to
/// make, so it is made once and kept.
/// </summary>
/// <param name="Turns">That were in it when it was made.</param>
public sealed record KnownStore(string Folder, int Customers, long Turns)
{
    private const int TurnsEach = 1;
    private const int AtOnce = 500_000;

    private static readonly TimeSpan SumsBehind = TimeSpan.FromMinutes(1);

    /// <summary>Says that all of it is there.</summary>
    private const string Marker = "made";

    public string Data => DataOf(Folder);

    /// <summary>Finds it, or makes it.</summary>
    public static async Task<KnownStore> Prepare(Trial trial, int customers, CancellationToken ct)
    {
        var folder = Path.Combine(trial.Scratch, string.Create(CultureInfo.InvariantCulture, $"known-{customers}"));
        var marker = Path.Combine(folder, Marker);
        if (!File.Exists(marker))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            var begun = Stopwatch.GetTimestamp();
            Directory.CreateDirectory(folder);
            await Make(folder, customers, trial, ct);
            await File.WriteAllTextAsync(marker, $"{(long)customers * TurnsEach}", ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{customers:N0} customers are known in {folder}: {FolderSize.Of(folder) / 1e6:N0} MB, made in {Stopwatch.GetElapsedTime(begun):hh\\:mm\\:ss}"));
        }

        return new KnownStore(folder, customers, long.Parse(await File.ReadAllTextAsync(marker, ct), CultureInfo.InvariantCulture));
    }

    /// <summary>A copy that may be spoilt; to be deleted by the caller.</summary>
    public KnownStore Copy(string folder)
    {
        FolderSize.Copy(Folder, folder);
        return this with { Folder = folder };
    }

    public static string DataOf(string folder) => Path.Combine(folder, "data");

    private static async Task Make(string folder, int customers, Trial trial, CancellationToken ct)
    {
        await using var gateway = await ServerProcess.StartGateway("gateway", Built.Gateway, DataOf(folder), ct, "--playbook", Shop.WriteOffers(folder));
        var driver = trial.Shape.DriverOf(gateway);
        long answered = 0;
        foreach (var message in Lifetime.Interactions.Take(TurnsEach))
        {
            for (var first = 0; first < customers; first += AtOnce)
            {
                var some = MessagePool.OfEachCustomer(LoadShape.Seed, first, Math.Min(AtOnce, customers - first), message);
                answered += driver.Saturate(some, trial.Shape.InFlight, Trial.Patience, calls: some.Count).Answered;

                // Each time they are all in the store: so nobody is refused because checkpoints don't keep up.
                await gateway.Sums(answered, SumsBehind, ct);
            }
        }

        await gateway.Stop(ct);
        if (answered != (long)customers * TurnsEach)
        {
            throw new InvalidOperationException($"{answered} of {(long)customers * TurnsEach} turns were answered");
        }
    }
}
