using System.CommandLine;
using System.Text;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Scenarios;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary><c>report merge FILE …</c>: one report of those of all shares, with the thresholds checked.</summary>
internal static class ReportCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var files = new Argument<string[]>("FILE") { Description = "JSON reports, of every share of a run one.", Arity = ArgumentArity.OneOrMore };
        var merge = new Command("merge", "Makes one report of those of every share of a run, and checks the thresholds; of a whole run alone it shows, or makes a page of, what is in its file.") { files };
        ReportOptions.AddTo(merge);
        merge.SetAction((parsed, _) => Outcome.Of(console, () => Task.FromResult(Merge(console, parsed.GetRequiredValue(files), ReportOptions.Of(parsed)))));
        return new Command("report", "Works on reports of runs.") { merge };
    }

    private static int Merge(IAnsiConsole console, string[] files, ReportOptions options)
    {
        var compare = options.Prepare();
        var report = ReportMerge.Of([.. files.Select(file => (file, ReportJson.Read(file)))]);
        var (scenario, mistakes) = ScenarioReader.Read(Encoding.UTF8.GetBytes(report.Scenario.ToJsonString()), seed: null);
        if (scenario is null)
        {
            throw new InvalidDataException($"The scenario in '{files[0]}' is none: {string.Join('\n', mistakes)}");
        }
        report = report.Judge(options.Demands(scenario));
        options.Write(console, report, compare);
        return report.ExitCode;
    }
}
