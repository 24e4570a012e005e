using System.Globalization;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Embedded;
using SegmentOfOne.LoadTest.Processes;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary>A run from its scenario to its exit code: the one way that every command with a load goes.</summary>
internal static class Execution
{
    /// <summary>The seed where nobody says one: another each second. The shares of a load need one that is said.</summary>
    public static ulong? SeedFor(RunOptions options) => options.Share == Share.Whole ? (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() : null;

    /// <summary>Runs, reports, and says how it was.</summary>
    /// <returns>0: every threshold holds; 1: not all, or the run itself went wrong; 2: nothing could be checked.</returns>
    /// <exception cref="InvalidDataException">It can't be run so; the message says why.</exception>
    public static async Task<int> Run(IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        var demands = options.Report.Demands(scenario);
        var compare = options.Report.Prepare();
        var parts = options.Share.Of * options.Processes;
        if (parts > Math.Min(scenario.Population.Customers, Share.Most))
        {
            throw new InvalidDataException($"{scenario.Population.Customers} customers can't be shared by {parts} processes; {Share.Most} is the most.");
        }

        await using var gateway = options.Embedded ? await EmbeddedGateway.Start(ct) : null;
        options = options with { Against = gateway?.Address ?? options.Against };
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scenario.Name} ({string.Join(", ", scenario.Phases.Select(phase => $"{phase.Name} {SpanText.Render(phase.Duration)}"))}): {scenario.Population.Customers:N0} customers, seed {scenario.Population.Seed}, against {options.Against}{(options.Embedded ? " (embedded)" : "")}"));
        var report = await Measure(console, scenario, options, ct);
        if (options.Share == Share.Whole)
        {
            report = report.Judge(demands);
        }
        options.Report.Write(console, report, compare);
        if (options.Share != Share.Whole)
        {
            console.WriteLine($"This is share {options.Share}: 'report merge' makes one report of all of them and checks the thresholds.");
        }
        return report.ExitCode;
    }

    /// <summary>Connections that were answered.</summary>
    /// <param name="key">By which calls are made; null: by none.</param>
    /// <exception cref="ServiceAbsentException">Nothing answers.</exception>
    public static async Task<IReadOnlyList<ExperienceClient>> Connect(Scenario scenario, Uri against, string? key, CancellationToken ct)
    {
        List<ExperienceClient> connections = [.. Enumerable.Range(0, scenario.Connections).Select(_ => new ExperienceClient(against, key))];
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

    private static async Task<LoadReport> Measure(IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        var began = DateTimeOffset.UtcNow;
        var (results, faults) = await (options.Processes == 1 ? Alone(console, scenario, options, ct) : Together(console, scenario, options, ct));
        if (results.Count == 0)
        {
            throw new InvalidDataException(string.Join('\n', faults));
        }
        var report = ReportMerge.Sum([.. results.Select(result => ($"share {result.Part.Share}", new LoadReport(
            LoadReport.CurrentSchema, began, options.Against.ToString(), ScenarioText.Write(scenario), [result.Part],
            result.Run.Phases, result.Run.Timeline, result.Run.Stopped ? ["The run was stopped before its end."] : [], [])))]);
        return report with { Faults = [.. report.Faults, .. faults] };
    }

    private static async Task<(IReadOnlyList<WorkerResult> Results, IReadOnlyList<string> Faults)> Alone(
        IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        var connections = await Connect(scenario, options.Against, options.Key, ct);
        try
        {
            var board = new LiveBoard(console, scenario, parts: 1);
            var running = LoadRun.Run(scenario, options.Share, connections, tick => board.Add(0, tick), ct);
            await board.Watch(running);
            return ([new WorkerResult(ReportPart.Here(options.Share), await running)], []);
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    private static async Task<(IReadOnlyList<WorkerResult> Results, IReadOnlyList<string> Faults)> Together(
        IAnsiConsole console, Scenario scenario, RunOptions options, CancellationToken ct)
    {
        using var processes = await WorkerProcesses.Start(scenario, options.Share, options.Processes, options.Against, options.Key, ct);
        var board = new LiveBoard(console, scenario, options.Processes);
        var running = processes.Run(board.Add, ct);
        await board.Watch(running);
        return await running;
    }
}
