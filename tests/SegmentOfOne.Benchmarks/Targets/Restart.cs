using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Targets;

/// <summary>How long a start takes after kill -9 while much was in the journal only.</summary>
public static class Restart
{
    private const double Target = 1;
    private const int Customers = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<IFinding>> Measure(Trial trial, CancellationToken ct)
    {
        var known = await KnownStore.Prepare(trial, trial.Customers ?? Customers, ct);
        var folder = Path.Combine(trial.Scratch, "restart");
        var killed = Path.Combine(trial.Scratch, "killed");
        Clear(folder, killed);
        try
        {
            var taken = await Kill(known.Copy(killed), trial.JournalMegabytes, ct);
            var journal = FolderSize.Of(killed, "journal");
            var before = await TurnsOf(known, ct);
            List<Sample> samples = [];
            var profile = "";
            for (var run = 0; run <= trial.Pairs; run++)
            {
                Clear(folder);
                FolderSize.Copy(killed, folder);
                var (sample, reading) = await Start(KnownStore.DataOf(folder), isMetered: run == 0, journal, before + taken, ct);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run}: {sample.Value:0.00} s to the first answer, {sample.Beside["s to listening"]:0.00} s to listening"));
                if (reading is null)
                {
                    samples.Add(sample);
                }
                else
                {
                    profile = string.Create(CultureInfo.InvariantCulture, $"Up to its first answer it had used {reading.Cpu.TotalSeconds:0.00} s of processors and compiled {reading.Compiled:N0} methods, for {reading.Compiling.TotalSeconds:0.00} s.");
                }
            }

            return
            [
                new Quantity("restart", string.Create(CultureInfo.InvariantCulture, $"""
                    From the start of the program to its first answer, a turn of a customer with turns that are in the journal only. {known.Customers:N0} customers are known; the process before was killed (SIGKILL) with {journal / 1e6:N0} MB of turns in its journal and none of them checkpointed. After each start all turns that were acknowledged are there. The first start is not counted, in which the caller compiles what it runs and the program is asked what it does. {profile}
                    """), "s", Target, AtLeast: false, samples),
            ];
        }
        finally
        {
            Clear(folder, killed);
        }
    }

    /// <summary>How many turns were acknowledged before the kill.</summary>
    private static async Task<long> Kill(KnownStore store, int megabytes, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [typeof(Restart).Assembly.Location, "fill", "--data", store.Data, "--known", $"{store.Customers}", "--megabytes", $"{megabytes}"]) { RedirectStandardOutput = true })!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
            {
                if (line.StartsWith(FillCommand.Done, StringComparison.Ordinal))
                {
                    return long.Parse(line[FillCommand.Done.Length..], CultureInfo.InvariantCulture);
                }
            }

            throw new InvalidOperationException("the journal was not filled");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>How many turns are in the store, which earlier measurements may have added to.</summary>
    private static async Task<long> TurnsOf(KnownStore store, CancellationToken ct)
    {
        await using var gateway = await ServerProcess.StartGateway("gateway", Built.Gateway, store.Data, ct);
        await gateway.Quiet(ct);
        var turns = (await gateway.Overview(ct)).Durable;
        await gateway.Stop(ct);
        return turns;
    }

    private static async Task<(Sample Sample, Reading? Reading)> Start(string data, bool isMetered, long journal, long acknowledged, CancellationToken ct)
    {
        await using var gateway = isMetered ? await ServerProcess.StartGateway(data, ct) : await ServerProcess.StartGatewayUnmetered(data, ct);
        var listening = Stopwatch.GetElapsedTime(gateway.StartedAt);
        using var client = new ExperienceClient(new Uri($"http://{gateway.Grpc}"));
        await client.Interact(
            new InteractRequest { Customer = Shopper.Of(LoadShape.Seed, 0).Identifier, InteractionId = "first", Type = "page_viewed", Channel = "web" }, options: null, ct);
        var answered = Stopwatch.GetElapsedTime(gateway.StartedAt);
        var sample = new Sample(answered.TotalSeconds, new Dictionary<string, double>
        {
            ["s to listening"] = listening.TotalSeconds, ["journal MB"] = journal / 1e6,
        });
        var reading = isMetered ? gateway.Read() : null;
        await gateway.Durable(acknowledged + 1, Patience, ct);
        return (sample, reading);
    }

    private static void Clear(params string[] folders)
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
