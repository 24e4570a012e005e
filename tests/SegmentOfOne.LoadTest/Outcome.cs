using SegmentOfOne.Grpc;
using SegmentOfOne.LoadTest.Calls;
using Spectre.Console;

namespace SegmentOfOne.LoadTest;

/// <summary>Exit codes, and what is said where a command could not do its work.</summary>
internal static class Outcome
{
    /// <summary>Everything holds.</summary>
    public const int Good = 0;

    /// <summary>Something that was checked does not hold.</summary>
    public const int Bad = 1;

    /// <summary>Nothing could be checked: no service, no such file, a call that failed.</summary>
    public const int NotRun = 2;

    /// <summary>Runs a command; what the world did to it is a sentence, not a stack trace.</summary>
    public static async Task<int> Of(IAnsiConsole console, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (GrpcException failed)
        {
            console.MarkupLineInterpolated($"[red]The service did not go on: {failed.Status} {failed.Message}[/]");
            console.WriteLine("What was answered is kept; the same command goes on from there, since every interaction has its own id.");
            return NotRun;
        }
        catch (Exception unusable) when (unusable is InvalidDataException or IOException or UnauthorizedAccessException or ServiceAbsentException)
        {
            console.MarkupLineInterpolated($"[red]{unusable.Message}[/]");
            return NotRun;
        }
        catch (OperationCanceledException)
        {
            console.WriteLine("Stopped.");
            return NotRun;
        }
    }
}
