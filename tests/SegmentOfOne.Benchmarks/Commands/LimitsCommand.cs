using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Plots;

namespace SegmentOfOne.Benchmarks.Commands;

/// <summary><c>limits</c>: all measurements of the limits one after the other, then the plots and the table.</summary>
public static class LimitsCommand
{
    public static Command Create(TrialOptions options)
    {
        Option<string[]> without = new("--without") { HelpName = "NAME", Description = "A measurement to leave out; may be said again.", DefaultValueFactory = _ => [] };
        Command limits = new("limits", $"All of the limits, about {Benchmark.Limits.Sum(one => one.Minutes)} minutes.") { without };
        limits.SetAction((parsed, ct) => Run(options.Read(parsed), options.Results(parsed), parsed.GetRequiredValue(without), ct));
        return limits;
    }

    /// <summary>Writes the plots and the table of targets, of all that stands in a folder.</summary>
    public static void Sum(string folder)
    {
        foreach (var plot in LimitPlots.Write(folder))
        {
            Console.WriteLine(plot);
        }

        Console.WriteLine(LimitsTable.Write(folder));
    }

    private static async Task<int> Run(Trial trial, string folder, string[] without, CancellationToken ct)
    {
        var failed = 0;
        foreach (var benchmark in Benchmark.Limits.Where(one => !without.Contains(one.Name)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"== {benchmark.Name}: about {benchmark.Minutes} minutes from {DateTime.Now:HH:mm}"));
            var begun = Stopwatch.GetTimestamp();
            try
            {
                (await benchmark.Measure(trial, ct)).Write(folder);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One that can't be measured here, for want of a server or of room, is no reason to lose the others.
                failed++;
                Console.WriteLine($"{benchmark.Name} failed: {exception}");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"== {benchmark.Name}: {Stopwatch.GetElapsedTime(begun):hh\\:mm\\:ss}"));
        }

        Sum(folder);
        return failed == 0 ? 0 : 1;
    }
}
