using System.CommandLine;
using System.Text.Json;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Commands;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Processes;

/// <summary><c>work</c>: what each process of <c>--processes</c> is started with. It is told what to do on its standard input and ends with it.</summary>
internal static class WorkCommand
{
    public static Command Create()
    {
        var command = new Command("work", "A process of --processes.") { Hidden = true };
        command.SetAction((_, ct) => Run(Console.In, Console.Out, ct));
        return command;
    }

    private static async Task<int> Run(TextReader input, TextWriter output, CancellationToken ct)
    {
        var job = JsonSerializer.Deserialize<WorkerJob>(input.ReadLine() ?? "null", ReportJson.Options);
        if (job is null || !Share.TryParse(job.Share, out var share)
            || ScenarioReader.Read(JsonSerializer.SerializeToUtf8Bytes(job.Scenario), seed: null).Scenario is not { } scenario)
        {
            Say(new WorkerLine(Problem: "It was not told what to do."));
            return Outcome.NotRun;
        }
        IReadOnlyList<ExperienceClient> connections;
        try
        {
            connections = await Execution.Connect(scenario, job.Against, job.Key, ct);
        }
        catch (ServiceAbsentException absent)
        {
            Say(new WorkerLine(Problem: absent.Message));
            return Outcome.NotRun;
        }
        Say(new WorkerLine(Ready: true));
        if (input.ReadLine() != WorkerWords.Go)
        {
            return Outcome.NotRun;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        new Thread(() => Listen(input, stop)) { IsBackground = true, Name = "whoever started this" }.Start();
        var result = await LoadRun.Run(scenario, share, connections, tick => Say(new WorkerLine(Tick: tick)), stop.Token);
        Say(new WorkerLine(Result: new WorkerResult(ReportPart.Here(share), result)));
        return Outcome.Good;

        void Say(WorkerLine line)
        {
            lock (output)
            {
                output.WriteLine(line.ToString());
                output.Flush();
            }
        }
    }

    private static void Listen(TextReader input, CancellationTokenSource stop)
    {
        while (input.ReadLine() is { } word)
        {
            if (word == WorkerWords.Stop)
            {
                stop.Cancel();
            }
        }
        // Whoever started this is gone: nobody would hear the result, and the load must not go on.
        Environment.Exit(Outcome.NotRun);
    }
}
