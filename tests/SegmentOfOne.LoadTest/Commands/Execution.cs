using System.Globalization;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Reports.Html;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary>A run from its scenario to its exit code: the one way that every command with a load goes.</summary>
internal static class Execution
{
    /// <summary>The seed where nobody says one: another each second.</summary>
    public static ulong SeedOfNow() => (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Runs, reports, and says how it was.</summary>
    /// <returns>0: every threshold holds; 1: not all, or the run itself went wrong; 2: nothing could be checked.</returns>
    public static async Task<int> Run(IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        var demands = options.Demands(scenario);
        // Before the load, so that a mistake isn't told after an hour.
        var compare = options.Compare is { } other ? ReportJson.Read(other) : null;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scenario.Name} ({string.Join(", ", scenario.Phases.Select(phase => $"{phase.Name} {SpanText.Render(phase.Duration)}"))}): {scenario.Population.Customers:N0} customers, seed {scenario.Population.Seed}, against {options.Against}"));
        var report = (await Measure(console, scenario, options, ct)).Judge(demands);
        ReportText.Write(console, report);
        if (options.Json is { } json)
        {
            ReportJson.Write(report, json);
        }
        if (options.Html is { } html)
        {
            HtmlReport.Write(report, compare, html);
        }
        return report.ExitCode;
    }

    private static async Task<LoadReport> Measure(IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        var began = DateTimeOffset.UtcNow;
        var connections = await Connect(scenario, options, ct);
        try
        {
            var board = new LiveBoard(console, scenario, parts: 1);
            var running = LoadRun.Run(scenario, Share.Whole, connections, tick => board.Add(0, tick), ct);
            await board.Watch(running);
            var result = await running;
            return new LoadReport(
                LoadReport.CurrentSchema, began, options.Against.ToString(), ScenarioText.Write(scenario), [ReportPart.Here(Share.Whole)],
                result.Phases, result.Timeline, result.Stopped ? ["The run was stopped before its end."] : [], []);
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>Connections that were answered.</summary>
    /// <exception cref="ServiceAbsentException">Nothing answers.</exception>
    private static async Task<IReadOnlyList<ExperienceClient>> Connect(Scenario scenario, RunOptions options, CancellationToken ct)
    {
        List<ExperienceClient> connections = [.. Enumerable.Range(0, scenario.Connections).Select(_ => new ExperienceClient(options.Against, options.Key))];
        try
        {
            foreach (var connection in connections)
            {
                await connection.Greet(ct);
            }
            return connections;
        }
        catch
        {
            connections.ForEach(connection => connection.Dispose());
            throw;
        }
    }
}
