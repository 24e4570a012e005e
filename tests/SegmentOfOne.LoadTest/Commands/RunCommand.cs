using System.CommandLine;
using SegmentOfOne.LoadTest.Scenarios;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary><c>run SCENARIO.json</c>: the load of a scenario, a report, and an exit code that can gate a release.</summary>
internal static class RunCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var file = new Argument<string>("SCENARIO") { Description = "The scenario's file; 'scenario default' prints one to begin with." };
        var command = new Command("run", "Puts the load of a scenario on a service: phases in open loop, each call measured from when it was due, or in closed loop.") { file };
        RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => Outcome.Of(console, () =>
        {
            var options = RunOptions.Of(parsed);
            return Execution.Run(console, ScenarioCommand.Load(parsed.GetRequiredValue(file), Execution.SeedFor(options)), options, ct);
        }));
        return command;
    }
}
