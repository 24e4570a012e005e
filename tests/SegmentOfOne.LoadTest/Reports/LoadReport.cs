using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>One process that took part in a run, and where.</summary>
/// <param name="Share"><c>I/N</c>.</param>
/// <param name="MemoryBytes">That the machine lets processes have.</param>
public sealed record ReportPart(string Share, string Machine, string Processor, int Cores, long MemoryBytes, string System, string Runtime, string Program)
{
    /// <summary>This process.</summary>
    public static ReportPart Here(Share share) => new(
        share.ToString(),
        Environment.MachineName,
        Cpu(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        typeof(ReportPart).Assembly.GetName().Version!.ToString(3));

    private static string Cpu()
    {
        const string Model = "model name";
        const string Processors = "/proc/cpuinfo";
        var line = File.Exists(Processors) ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

/// <summary>All that a run found out; written as JSON, and made into a page.</summary>
/// <param name="SchemaVersion">Of the JSON: <see cref="CurrentSchema"/>.</param>
/// <param name="Began">When.</param>
/// <param name="Against">The service's address.</param>
/// <param name="Scenario">As <see cref="Scenarios.ScenarioText"/> writes it.</param>
/// <param name="Parts">The processes.</param>
/// <param name="Phases">In their order.</param>
/// <param name="Timeline">From the beginning of the run, all phases.</param>
/// <param name="Faults">What went wrong with the run itself, in words; a run with any has failed.</param>
/// <param name="Verdicts">Every threshold and whether it holds.</param>
public sealed record LoadReport(
    int SchemaVersion,
    DateTimeOffset Began,
    string Against,
    JsonObject Scenario,
    IReadOnlyList<ReportPart> Parts,
    IReadOnlyList<PhaseResult> Phases,
    Timeline Timeline,
    IReadOnlyList<string> Faults,
    IReadOnlyList<Verdict> Verdicts)
{
    /// <summary>The version of the JSON that this program writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>All phases that are no warm-up, added up; the time between them is not in it.</summary>
    public PhaseResult Whole
    {
        get
        {
            var whole = new PhaseFigures();
            double seconds = 0;
            foreach (var phase in Phases.Where(phase => !phase.WarmUp))
            {
                whole.AddAfter(phase.Figures);
                seconds += phase.Seconds;
            }
            return new PhaseResult("whole", false, 0, seconds, whole);
        }
    }

    /// <summary>The same report with these thresholds looked at.</summary>
    public LoadReport Judge(IReadOnlyList<Threshold> thresholds) => this with { Verdicts = [.. thresholds.Select(threshold => Verdict.Of(threshold, this))] };

    /// <summary>0: every threshold holds; 1: not all, or the run itself went wrong; 2: nothing could be checked.</summary>
    public int ExitCode => Whole.Figures.Counts.Sent == 0 ? Outcome.NotRun : Faults.Count == 0 && Verdicts.All(verdict => verdict.Holds) ? Outcome.Good : Outcome.Bad;
}
