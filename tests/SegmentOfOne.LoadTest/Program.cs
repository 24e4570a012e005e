using System.CommandLine;
using SegmentOfOne.LoadTest;
using SegmentOfOne.LoadTest.Replay;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Verify;
using Spectre.Console;

IAnsiConsole console = Terminal.Open();
ParseResult parsed = new RootCommand("Drives a running SegmentOfOne through its public gRPC API, and checks what it answers.")
{
    ReplayCommand.Create(console),
    VerifyCommand.Create(console),
    SimulateCommand.Create(console),
}.Parse(args);
if (parsed.Errors.Count == 0)
{
    return await parsed.InvokeAsync();
}
foreach (string message in parsed.Errors.Select(error => error.Message))
{
    Console.Error.WriteLine(message);
}
Console.Error.WriteLine("See --help.");
return Outcome.NotRun;
