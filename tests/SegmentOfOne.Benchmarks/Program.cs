using System.CommandLine;
using System.Net;
using SegmentOfOne.Benchmarks;
using SegmentOfOne.Benchmarks.Clocks;
using SegmentOfOne.Benchmarks.Decisions;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Outbox;
using SegmentOfOne.Benchmarks.Servers;

Option<int> pairs = new("--pairs") { HelpName = "N", Description = "How often the two are run in turn.", DefaultValueFactory = _ => 5, Recursive = true };
Option<int> seconds = new("--seconds") { HelpName = "S", Description = "How long each run takes.", DefaultValueFactory = _ => 5, Recursive = true };
Option<int> connections = new("--connections") { HelpName = "C", DefaultValueFactory = _ => 16, Recursive = true };
Option<int> inFlight = new("--in-flight") { HelpName = "N", Description = "Calls outstanding on each connection of a closed loop.", DefaultValueFactory = _ => 64, Recursive = true };
Option<DirectoryInfo> results = new("--results")
{
    HelpName = "DIR",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Built.Repository, "tests", "SegmentOfOne.Benchmarks", "results")),
    Recursive = true,
};
Option<string> grpc = new("--grpc") { HelpName = "HOST:PORT", Required = true };

RootCommand root = new("Measures the gateway against the floor, in pairs run in turn, and writes what it found.") { pairs, seconds, connections, inFlight, results };
root.Add(Measuring("durable-turns", "Durable turns a second, divided by a bare Kestrel echo.", DurableTurns.Measure));
root.Add(Measuring("resident-customers", "p99 at half of capacity with 1,000,000 customers, divided by the same with 1,000.", ResidentCustomers.Measure));
root.Add(Measuring("all", "All of these, one after the other.", DurableTurns.Measure, ResidentCustomers.Measure));
root.Add(Measuring("encryption", "Durable turns a second encrypted, divided by the same in the clear.", EncryptionCost.Measure));
Command decisions = new("decisions", "What a decision costs in process, over how many candidates and after how much of a past.");
decisions.SetAction(parsed => Console.WriteLine(
    DecisionCosts.Measure(TimeSpan.FromSeconds(parsed.GetValue(seconds))).Write(parsed.GetRequiredValue(results).FullName)));
root.Add(decisions);
Option<int> waiting = new("--waiting") { HelpName = "N", Description = "Customers that wait beside those that are timed.", DefaultValueFactory = _ => 100_000 };
Option<int> customers = new("--customers") { HelpName = "N", Description = "Customers whose due times are weighed.", DefaultValueFactory = _ => 1_000_000 };
Command clocks = new("clocks", "Whether waits end on time in memory and out of it, what a pending due time takes, how long a start with many takes.") { waiting, customers };
clocks.SetAction(async (parsed, ct) => Console.WriteLine(
    (await ClockFigures.Measure(parsed.GetValue(waiting), parsed.GetValue(customers), 1_000, ct)).Write(parsed.GetRequiredValue(results).FullName)));
root.Add(clocks);
Command outbox = new("outbox", "Deliveries a second to a receiver beside one that hangs, divided by the same alone.");
outbox.SetAction(async (parsed, ct) => Console.WriteLine(await OutboxRates.Measure(parsed.GetValue(pairs), parsed.GetRequiredValue(results).FullName, ct)));
root.Add(outbox);
Option<string> postgres = new("--postgres") { HelpName = "CONNECTION STRING", Description = "A PostgreSQL on which databases may be made.", Required = true };
Command silo = new("silo-turns", "Durable turns a second of a silo on PostgreSQL, divided by the embedded engine there, and by grains that write their state each turn.") { postgres };
silo.SetAction(async (parsed, ct) =>
{
    var shape = new LoadShape(parsed.GetValue(connections), parsed.GetValue(inFlight));
    foreach (var figure in await SiloTurns.Measure(parsed.GetRequiredValue(postgres), shape, parsed.GetValue(pairs), TimeSpan.FromSeconds(parsed.GetValue(seconds)), ct))
    {
        Console.WriteLine(Results.Write(figure, parsed.GetRequiredValue(results).FullName));
    }
});
root.Add(silo);
Command echo = new("echo", "Serves the floor that the gateway is measured against.") { grpc };
echo.SetAction((parsed, ct) => EchoServer.Run(IPEndPoint.Parse(parsed.GetRequiredValue(grpc)), ct));
root.Add(echo);
return await root.Parse(args).InvokeAsync();

Command Measuring(string name, string description, params Func<LoadShape, int, TimeSpan, CancellationToken, Task<Figure>>[] figures)
{
    var command = new Command(name, description);
    command.SetAction(async (parsed, ct) =>
    {
        var shape = new LoadShape(parsed.GetValue(connections), parsed.GetValue(inFlight));
        foreach (var measure in figures)
        {
            var figure = await measure(shape, parsed.GetValue(pairs), TimeSpan.FromSeconds(parsed.GetValue(seconds)), ct);
            Console.WriteLine(Results.Write(figure, parsed.GetRequiredValue(results).FullName));
        }
    });
    return command;
}
