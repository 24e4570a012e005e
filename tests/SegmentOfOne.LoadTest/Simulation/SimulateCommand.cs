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
    private static readonly Option<int> s_customers = Number("--customers", "N", "How many customers there are.", 10_000);
    private static readonly Option<int> s_rate = Number("--rate", "R", "Interactions a second.", 1_000);
    private static readonly Option<int> s_seconds = Number("--seconds", "S", "For how long.", 30);
    private static readonly Option<int> s_connections = Number("--connections", "C", "Over how many channels.", 4);
    private static readonly Option<int> s_days = Number("--days", "D", "How much of the customers' time the interactions are spread over, until now.", 90);
    private static readonly Option<ulong> s_seed = new("--seed") { HelpName = "X", Description = "The same seed, the same interactions; sent again, the service knows them already. By default the second at which it starts.", DefaultValueFactory = _ => (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
    private static readonly Option<double> s_ask = new("--ask") { HelpName = "SHARE", Description = "Share of the places to fill for which a decision is asked; the default playbook's placements.", DefaultValueFactory = _ => 0.5 };
    private static readonly Option<ArrivalPattern> s_arrivals = new("--arrivals") { HelpName = "poisson|constant", Description = "At random or at even gaps.", DefaultValueFactory = _ => ArrivalPattern.Poisson };
    private static readonly Option<Uri> s_against = Against.Create();

    public static Command Create(IAnsiConsole console)
    {
        Command command = new("simulate", "Invents customers with their visits, orders, complaints and friends, and sends what they do at a steady rate, whatever the service makes of it.")
        {
            s_customers, s_rate, s_seconds, s_seed, s_connections, s_ask, s_days, s_arrivals, s_against,
        };
        command.SetAction((parsed, ct) => Outcome.Of(console, () =>
        {
            long interactions = (long)parsed.GetValue(s_rate) * parsed.GetValue(s_seconds);
            SimulationPlan plan = new(
                parsed.GetValue(s_customers), interactions, parsed.GetValue(s_seed), DateTimeOffset.UtcNow, TimeSpan.FromDays(parsed.GetValue(s_days)), parsed.GetValue(s_ask));
            return Run(console, plan, parsed.GetValue(s_rate), parsed.GetValue(s_arrivals), parsed.GetRequiredValue(s_against), parsed.GetValue(s_connections), ct);
        }));
        return command;
    }

    private static async Task<int> Run(
        IAnsiConsole console, SimulationPlan plan, int rate, ArrivalPattern arrivals, Uri against, int connections, CancellationToken ct)
    {
        List<ExperienceClient> clients = [.. Enumerable.Range(0, connections).Select(_ => new ExperienceClient(against))];
        try
        {
            foreach (ExperienceClient client in clients)
            {
                await client.Greet(ct);
            }
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{plan.Interactions:N0} interactions of {plan.Customers:N0} customers at {rate:N0}/s ({arrivals.ToString().ToLowerInvariant()} arrivals), seed {plan.Seed}"));

            OpenLoop loop = new(clients, TimeSpan.FromSeconds(10));
            IEnumerable<(TimeSpan, InteractRequest)> calls = Arrivals.At(rate, arrivals, plan.Seed).Zip(new Population(plan).Interactions());
            long begun = Stopwatch.GetTimestamp();
            Task running = loop.Run(calls, ct);
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
            long shown = Stopwatch.GetTimestamp();
            while (await Task.WhenAny(running, Task.Delay(1_000)) != running)
            {
                live.UpdateTarget(Now(loop, Stopwatch.GetElapsedTime(shown)));
                shown = Stopwatch.GetTimestamp();
            }
            await running;
        });

    private static Table Now(OpenLoop loop, TimeSpan interval)
    {
        LatencyHistogram latency = loop.Tally.Interval();
        Table table = new Table().Border(TableBorder.Simple).AddColumns("sent", "in flight", "answered/s", "p50", "p99", "max", "so far");
        return table.AddRow(
            Show(loop.Tally.Sent), Show(loop.Tally.InFlight), Show(latency.Count / interval.TotalSeconds),
            LatencyTable.Milliseconds(latency.Percentile(0.5)), LatencyTable.Milliseconds(latency.Percentile(0.99)), LatencyTable.Milliseconds(latency.MaxNanoseconds),
            string.Join(", ", loop.Tally.Outcomes.Select(outcome => $"{Show(outcome.Value)} {outcome.Key}")).EscapeMarkup());
    }

    private static int Report(IAnsiConsole console, SimulationTally tally, TimeSpan elapsed)
    {
        LatencyHistogram latency = tally.Latency();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{latency.Count:N0} of {tally.Sent:N0} answered in {elapsed.TotalSeconds:N1} s ({latency.Count / elapsed.TotalSeconds:N0}/s)"));
        foreach ((string outcome, long count) in tally.Outcomes)
        {
            console.WriteLine($"{Show(count),12} {outcome}");
        }
        LatencyTable.Write(console, "Latency of an answer, from the intended sending:", latency);
        return latency.Count == tally.Sent ? Outcome.Good : Outcome.Bad;
    }

    private static string Show(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static Option<int> Number(string name, string unit, string description, int standard)
    {
        Option<int> option = new(name) { HelpName = unit, Description = description, DefaultValueFactory = _ => standard };
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
