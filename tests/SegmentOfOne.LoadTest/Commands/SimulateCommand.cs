using System.CommandLine;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary><c>simulate</c>: the short form of <c>run</c>, one phase at an open-loop rate.</summary>
internal static class SimulateCommand
{
    private static readonly Option<int> Customers = Number("--customers", "N", "How many customers there are.", 10_000, ScenarioLimits.Customers);
    private static readonly Option<int> Rate = Number("--rate", "R", "Interactions a second.", 1_000, (int)ScenarioLimits.Rate);
    private static readonly Option<int> Seconds = Number("--seconds", "S", "For how long.", 30, (int)ScenarioLimits.Phase.TotalSeconds);
    private static readonly Option<int> Connections = Number("--connections", "C", "Over how many channels.", 4, ScenarioLimits.Connections);
    private static readonly Option<int> Days = Number("--days", "D", "How much of the customers' time the interactions are spread over, until now.", 90, ScenarioLimits.Days);
    private static readonly Option<ulong?> Seed = new("--seed") { HelpName = "X", Description = "The same seed, the same interactions; sent again, the service knows them already. By default the second at which it starts." };
    private static readonly Option<double> Ask = Share("--ask", "Share of the places to fill for which a decision is asked; the default playbook's placements.", 0.5);
    private static readonly Option<ArrivalPattern> Pattern = new("--arrivals") { HelpName = "poisson|constant", Description = "At random or at even gaps.", DefaultValueFactory = _ => ArrivalPattern.Poisson };

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("simulate", "Invents customers with their visits, orders, complaints and friends, and sends what they do at a steady rate, whatever the service makes of it.")
        {
            Customers, Rate, Seconds, Seed, Connections, Ask, Days, Pattern,
        };
        RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => Outcome.Of(console, () =>
        {
            var options = RunOptions.Of(parsed);
            var seed = parsed.GetValue(Seed) ?? Execution.SeedFor(options) ?? throw new InvalidDataException("--share needs a --seed, the same for all.");
            return Execution.Run(console, ScenarioOf(parsed, seed), options, ct);
        }));
        return command;
    }

    private static Scenario ScenarioOf(ParseResult parsed, ulong seed)
    {
        var load = new Load.Open(Ramp.Level(parsed.GetValue(Rate)), parsed.GetValue(Pattern));
        return new Scenario(
            "simulate",
            "",
            new InventedCustomers(parsed.GetValue(Customers), parsed.GetValue(Days), seed, parsed.GetValue(Ask), ShopperMix.Usual),
            parsed.GetValue(Connections),
            [new Phase("steady", load, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), WarmUp: false, Deadline: TimeSpan.FromSeconds(10), Retry: null, Thresholds: [])],
            []);
    }

    private static Option<int> Number(string name, string unit, string description, int standard, int most)
    {
        var option = new Option<int>(name) { HelpName = unit, Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is var number && (number < 1 || number > most))
            {
                given.AddError($"{name} is from 1 to {most}");
            }
        });
        return option;
    }

    private static Option<double> Share(string name, string description, double standard)
    {
        var option = new Option<double>(name) { HelpName = "SHARE", Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<double>() is not (>= 0 and <= 1))
            {
                given.AddError($"{name} is from 0 to 1");
            }
        });
        return option;
    }
}
