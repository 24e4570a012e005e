using System.CommandLine;
using System.Net;
using SegmentOfOne.Benchmarks.Clocks;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Outbox;
using SegmentOfOne.Benchmarks.Peers;
using SegmentOfOne.Benchmarks.Servers;

namespace SegmentOfOne.Benchmarks.Commands;

/// <summary>The program: its commands.</summary>
public static class BenchmarksProgram
{
    public static RootCommand Create()
    {
        RootCommand root = new("Measures the gateway against the floor and against what a team would build instead, in pairs run in turn, and writes what it found.");
        var options = new TrialOptions();
        options.AddTo(root);
        root.Add(Measuring(options, "durable-turns", "Durable turns a second with a decision each, divided by a bare Kestrel echo.", DurableTurns.Measure));
        root.Add(Measuring(options, "peer-redis-everysec", "Durable turns a second, divided by a stateless service on Redis that may lose a second.", PeerRatios.RedisEverySecond.Measure));
        root.Add(Measuring(options, "peer-redis-always", "Durable turns a second, divided by a stateless service on Redis that loses nothing.", PeerRatios.RedisAlways.Measure));
        root.Add(Measuring(options, "peer-postgres", "Durable turns a second, divided by a stateless service on PostgreSQL.", PeerRatios.Postgres.Measure));
        root.Add(Measuring(options, "resident-customers", "p99 at half of capacity with 1,000,000 customers, divided by the same with 1,000.", ResidentCustomers.Measure));
        root.Add(Measuring(options, "encryption", "Durable turns a second encrypted, divided by the same in the clear.", EncryptionCost.Measure));
        root.Add(Decisions(options));
        root.Add(Clocks(options));
        root.Add(Outbox(options));
        root.Add(Silo(options));
        root.Add(Echo());
        root.Add(PeerCommand.Create());
        return root;
    }

    private static Command Measuring(TrialOptions options, string name, string description, Func<Trial, CancellationToken, Task<IReadOnlyList<Figure>>> measure)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, ct) =>
        {
            foreach (var figure in await measure(options.Read(parsed), ct))
            {
                Console.WriteLine(Results.Write(figure, options.Results(parsed)));
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
