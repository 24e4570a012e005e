using System.CommandLine;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Reports.Html;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Thresholds;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary>What the command line says of a report.</summary>
/// <param name="Json">Where it goes as JSON; null: nowhere.</param>
/// <param name="Html">Where it goes as a page; null: nowhere.</param>
/// <param name="Compare">A report of another run that the page lays beside it; null: none.</param>
/// <param name="Thresholds">Beside those of the scenario.</param>
internal sealed record ReportOptions(string? Json, string? Html, string? Compare, IReadOnlyList<Threshold> Thresholds)
{
    private static readonly Option<string?> JsonOption = new("--json") { HelpName = "FILE", Description = "Writes the report as JSON: histograms, timeline, errors, thresholds, machine, scenario." };
    private static readonly Option<string?> HtmlOption = new("--html") { HelpName = "FILE", Description = "Writes the report as a page that needs nothing else: curves of latency, timelines, thresholds." };
    private static readonly Option<string?> CompareOption = new("--compare") { HelpName = "FILE", Description = "The JSON report of another run, which the page of --html lays beside this one." };
    private static readonly Option<Threshold[]> ThresholdOption = new("--threshold")
    {
        HelpName = "TEXT",
        Description = "Something that must hold, such as \"p99 < 50ms\", \"errors < 0.1%\", \"steady: rate >= 1900\"; may be given more than once. Where neither these nor the scenario say anything: errors == 0, refused == 0.",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = given =>
        {
            List<Threshold> thresholds = [];
            foreach (var token in given.Tokens)
            {
                if (ThresholdParser.Parse(token.Value, out var mistake) is { } threshold)
                {
                    thresholds.Add(threshold);
                }
                else
                {
                    given.AddError($"--threshold '{token.Value}', {mistake}");
                }
            }
            return [.. thresholds];
        },
    };

    /// <summary>Gives a command these options.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { JsonOption, HtmlOption, CompareOption, ThresholdOption })
        {
            command.Add(option);
        }
    }

    public static ReportOptions Of(ParseResult parsed) =>
        new(parsed.GetValue(JsonOption), parsed.GetValue(HtmlOption), parsed.GetValue(CompareOption), parsed.GetRequiredValue(ThresholdOption));

    /// <summary>What must hold: what the scenario and the command line say.</summary>
    /// <exception cref="InvalidDataException">A threshold is of a phase that there isn't.</exception>
    public IReadOnlyList<Threshold> Demands(Scenario scenario)
    {
        if (Thresholds.FirstOrDefault(threshold => threshold.Phase is { } named && scenario.Phases.All(phase => phase.Name != named)) is { } lost)
        {
            throw new InvalidDataException($"--threshold '{lost}': there is no phase \"{lost.Phase}\".");
        }
        return (scenario with { Thresholds = [.. scenario.Thresholds, .. Thresholds] }).Demands;
    }

    /// <summary>Looks, before a run and not after it, whether reports can be written, and reads the one to lay beside.</summary>
    /// <returns>The report to lay beside; null: none.</returns>
    /// <exception cref="InvalidDataException">It is none, or there is no folder for one that is to be written.</exception>
    public LoadReport? Prepare()
    {
        foreach (var path in new[] { Json, Html })
        {
            if (path is not null && (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))))
            {
                throw new InvalidDataException($"'{path}' is no place for a file.");
            }
        }
        return Compare is null ? null : ReportJson.Read(Compare);
    }

    /// <summary>Writes a report to wherever it is wanted.</summary>
    public void Write(IAnsiConsole console, LoadReport report, LoadReport? compare)
    {
        ReportText.Write(console, report);
        if (Json is not null)
        {
            ReportJson.Write(report, Json);
        }
        if (Html is not null)
        {
            HtmlReport.Write(report, compare, Html);
        }
    }
}
