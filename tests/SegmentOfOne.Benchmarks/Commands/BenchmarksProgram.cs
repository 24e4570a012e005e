using System.CommandLine;
using System.Net;
using SegmentOfOne.Benchmarks.Clocks;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Targets;
using SegmentOfOne.Benchmarks.Outbox;
using SegmentOfOne.Benchmarks.Peers;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Benchmarks.Stores;

namespace SegmentOfOne.Benchmarks.Commands;

/// <summary>The program: its commands.</summary>
public static class BenchmarksProgram
{
    public static RootCommand Create()
    {
        RootCommand root = new("Measures the gateway against the floor and against what a team would build instead, in pairs run in turn, and writes what it found.");
        var options = new TrialOptions();
        options.AddTo(root);
        foreach (var benchmark in Benchmark.Limits.Concat(Benchmark.More))
        {
            root.Add(Measuring(options, benchmark));
        }

        root.Add(LimitsCommand.Create(options));
        root.Add(Plots(options));
        root.Add(Prepare(options));
        root.Add(Decisions(options));
        root.Add(Clocks(options));
        root.Add(Outbox(options));
        root.Add(Silo(options));
        root.Add(Echo());
        root.Add(PeerCommand.Create());
        root.Add(FillCommand.Create());
        return root;
    }

    private static Command Measuring(TrialOptions options, Benchmark benchmark)
    {
        var command = new Command(benchmark.Name, benchmark.Description);
        command.SetAction(async (parsed, ct) => (await benchmark.Measure(options.Read(parsed), ct)).Write(options.Results(parsed)));
        return command;
    }

    private static Command Plots(TrialOptions options)
    {
        var command = new Command("plots", "The three plots and the table of targets, from the results that are there.");
        command.SetAction(parsed => LimitsCommand.Sum(options.Results(parsed)));
        return command;
    }

    private static Command Prepare(TrialOptions options)
    {
        var command = new Command("prepare", "The large stores that growth, cold and restart want, made once in --scratch.");
        command.SetAction(async (parsed, ct) =>
        {
            var trial = options.Read(parsed);
            foreach (var size in Growth.Sizes(trial))
            {
                await KnownStore.Prepare(trial, size, ct);
            }
        });
        return command;
    }

    private static Command Decisions(TrialOptions options)
    {
        Command decisions = new("decisions", "What a decision costs in process, over how many candidates and after how much of a past.");
        decisions.SetAction(parsed => Console.WriteLine(DecisionCosts.Measure(options.Read(parsed).Duration).Write(options.Results(parsed))));
        return decisions;
    }

    private static Command Clocks(TrialOptions options)
    {
        Option<int> waiting = new("--waiting") { HelpName = "N", Description = "Customers that wait beside those that are timed.", DefaultValueFactory = _ => 100_000 };
        Command clocks = new("clocks", "Whether waits end on time in memory and out of it, what a pending due time takes, how long a start with many takes.") { waiting };
        clocks.SetAction(async (parsed, ct) => Console.WriteLine(
            (await ClockFigures.Measure(parsed.GetValue(waiting), options.Read(parsed).Customers ?? 1_000_000, 1_000, ct)).Write(options.Results(parsed))));
        return clocks;
    }

    private static Command Outbox(TrialOptions options)
    {
        Command outbox = new("outbox", "Deliveries a second to a receiver beside one that hangs, divided by the same alone.");
        outbox.SetAction(async (parsed, ct) => Console.WriteLine(await OutboxRates.Measure(options.Read(parsed).Pairs, options.Results(parsed), ct)));
        return outbox;
    }

    private static Command Silo(TrialOptions options)
    {
        Option<string> postgres = new("--postgres") { HelpName = "CONNECTION STRING", Description = "A PostgreSQL on which databases may be made.", Required = true };
        Command silo = new("silo-turns", "Durable turns a second of a silo on PostgreSQL, divided by the embedded engine there, and by grains that write their state each turn.") { postgres };
        silo.SetAction(async (parsed, ct) =>
        {
            var trial = options.Read(parsed);
            foreach (var figure in await SiloTurns.Measure(parsed.GetRequiredValue(postgres), trial.Shape, trial.Pairs, trial.Duration, ct))
            {
                Console.WriteLine(Results.Write(figure, options.Results(parsed)));
            }
        });
        return silo;
    }

    private static Command Echo()
    {
        Option<string> grpc = new("--grpc") { HelpName = "HOST:PORT", Required = true };
        Command echo = new("echo", "Serves the floor that the gateway is measured against.") { grpc };
        echo.SetAction((parsed, ct) => EchoServer.Run(IPEndPoint.Parse(parsed.GetRequiredValue(grpc)), ct));
        return echo;
    }
}
