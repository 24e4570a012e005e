namespace SegmentOfOne.LoadTest.Tests;

/// <summary>What a command of the load testers' program came to.</summary>
public sealed record ProgramRun(int ExitCode, string Output)
{
    /// <summary>Runs a command in this process, as its Main would.</summary>
    public static async Task<ProgramRun> Of(params string[] args)
    {
        using var output = new StringWriter();
        var exitCode = await LoadTestProgram.Run(args, Terminal.To(output), output);
        return new ProgramRun(exitCode, output.ToString());
    }
}
