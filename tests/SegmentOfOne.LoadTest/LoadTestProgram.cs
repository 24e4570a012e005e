using System.CommandLine;
using SegmentOfOne.LoadTest.Commands;
using SegmentOfOne.LoadTest.Processes;
using SegmentOfOne.LoadTest.Replay;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Verify;
using Spectre.Console;

namespace SegmentOfOne.LoadTest;

/// <summary>The program: its commands, and its exit code.</summary>
public static class LoadTestProgram
{
    /// <summary>How long a command that is interrupted has for what is under way, and for its report.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="console">Where reports go.</param>
    /// <param name="error">Where it says what is wrong with the arguments.</param>
    /// <returns>0: everything holds; 1: something that was checked does not; 2: nothing could be checked.</returns>
    public static async Task<int> Run(string[] args, IAnsiConsole console, TextWriter error)
    {
        var parsed = new RootCommand("Drives a running SegmentOfOne through its public gRPC API, and checks what it answers.")
        {
            ReplayCommand.Create(console),
            VerifyCommand.Create(console),
            SimulateCommand.Create(console),
            RunCommand.Create(console),
            ScenarioCommand.Create(console),
            ReportCommand.Create(console),
            WorkCommand.Create(),
        }.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopPatience });
        }
        foreach (var message in parsed.Errors.Select(mistake => mistake.Message))
        {
            await error.WriteLineAsync(message);
        }
        await error.WriteLineAsync("See --help.");
        return Outcome.NotRun;
    }
}
