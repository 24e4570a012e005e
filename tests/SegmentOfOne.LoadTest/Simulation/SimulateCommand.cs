using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.V1;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Simulation;

/// <summary><c>simulate</c>: invented customers at an open-loop rate.</summary>
public static class SimulateCommand
{
    private static readonly Option<int> Customers = Number("--customers", "N", "How many customers there are.", 10_000);
    private static readonly Option<int> Rate = Number("--rate", "R", "Interactions a second.", 1_000);
    private static readonly Option<int> Seconds = Number("--seconds", "S", "For how long.", 30);
    private static readonly Option<int> Connections = Number("--connections", "C", "Over how many channels.", 4);
    private static readonly Option<int> Days = Number("--days", "D", "How much of the customers' time the interactions are spread over, until now.", 90);
    private static readonly Option<ulong> Seed = new("--seed") { HelpName = "X", Description = "The same seed, the same interactions; sent again, the service knows them already. By default the second at which it starts.", DefaultValueFactory = _ => (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
    private static readonly Option<double> Ask = new("--ask") { HelpName = "SHARE", Description = "Share of the places to fill for which a decision is asked; the default playbook's placements.", DefaultValueFactory = _ => 0.5 };
    private static readonly Option<ArrivalPattern> Pattern = new("--arrivals") { HelpName = "poisson|constant", Description = "At random or at even gaps.", DefaultValueFactory = _ => ArrivalPattern.Poisson };
    private static readonly Option<Uri> Address = Against.Create();
    private static readonly Option<string?> Key = Against.CreateKey();

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("simulate", "Invents customers with their visits, orders, complaints and friends, and sends what they do at a steady rate, whatever the service makes of it.")
        {
            Customers, Rate, Seconds, Seed, Connections, Ask, Days, Pattern, Address, Key,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () =>
        {
            var interactions = (long)parsed.GetValue(Rate) * parsed.GetValue(Seconds);
            var plan = new SimulationPlan(
                parsed.GetValue(Customers), interactions, parsed.GetValue(Seed), DateTimeOffset.UtcNow, TimeSpan.FromDays(parsed.GetValue(Days)), parsed.GetValue(Ask));
            var (against, key) = (parsed.GetRequiredValue(Address), parsed.GetValue(Key));
            return Run(console, plan, parsed.GetValue(Rate), parsed.GetValue(Pattern), () => new ExperienceClient(against, key), parsed.GetValue(Connections), ct);
        }));
        return command;
    }

    private static async Task<int> Run(
        IAnsiConsole console, SimulationPlan plan, int rate, ArrivalPattern arrivals, Func<ExperienceClient> connect, int connections, CancellationToken ct)
    {
        List<ExperienceClient> clients = [.. Enumerable.Range(0, connections).Select(_ => connect())];
        try
        {
            foreach (var client in clients)
            {
                await client.Greet(ct);
            }
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{plan.Interactions:N0} interactions of {plan.Customers:N0} customers at {rate:N0}/s ({arrivals.ToString().ToLowerInvariant()} arrivals), seed {plan.Seed}"));

            var loop = new OpenLoop(clients, TimeSpan.FromSeconds(10));
            var calls = Arrivals.At(rate, arrivals, plan.Seed).Zip(new Population(plan).Interactions());
            var begun = Stopwatch.GetTimestamp();
            var running = loop.Run(calls, ct);
            await (console.Profile.Capabilities.Interactive ? Watch(console, loop, running) : running);
            return Report(console, loop.Tally, Stopwatch.GetElapsedTime(begun));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static Task Watch(IAnsiConsole console, OpenLoop loop, Task running) =>
        console.Live(Now(loop, TimeSpan.FromSeconds(1))).AutoClear(true).StartAsync(async live =>
        {
            var shown = Stopwatch.GetTimestamp();
            while (await Task.WhenAny(running, Task.Delay(1_000)) != running)
            {
                live.UpdateTarget(Now(loop, Stopwatch.GetElapsedTime(shown)));
                shown = Stopwatch.GetTimestamp();
            }
            await running;
        });

    private static Table Now(OpenLoop loop, TimeSpan interval)
    {
        var latency = loop.Tally.Interval();
        var table = new Table().Border(TableBorder.Simple).AddColumns("sent", "in flight", "answered/s", "p50", "p99", "max", "so far");
        return table.AddRow(
            Show(loop.Tally.Sent), Show(loop.Tally.InFlight), Show(latency.Count / interval.TotalSeconds),
            LatencyTable.Milliseconds(latency.Percentile(0.5)), LatencyTable.Milliseconds(latency.Percentile(0.99)), LatencyTable.Milliseconds(latency.MaxNanoseconds),
            string.Join(", ", loop.Tally.Outcomes.Select(outcome => $"{Show(outcome.Value)} {outcome.Key}")).EscapeMarkup());
    }

    private static int Report(IAnsiConsole console, SimulationTally tally, TimeSpan elapsed)
    {
        var latency = tally.Latency();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{latency.Count:N0} of {tally.Sent:N0} answered in {elapsed.TotalSeconds:N1} s ({latency.Count / elapsed.TotalSeconds:N0}/s)"));
        foreach (var (outcome, count) in tally.Outcomes)
        {
            console.WriteLine($"{Show(count),12} {outcome}");
        }
        LatencyTable.Write(console, "Latency of an answer, from the intended sending:", latency);
        return latency.Count == tally.Sent ? Outcome.Good : Outcome.Bad;
    }

    private static string Show(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static Option<int> Number(string name, string unit, string description, int standard)
    {
        var option = new Option<int>(name) { HelpName = unit, Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
            {
                given.AddError($"{name} is at least 1");
            }
        });
        return option;
    }
}
