using Spectre.Console;

namespace SegmentOfOne.LoadTest;

/// <summary>Where the program writes.</summary>
public static class Terminal
{
    private const int ColumnsOfAFile = 1_000;

    /// <summary>The terminal as it is; when it is a file or a pipe instead, as <see cref="To"/>.</summary>
    public static IAnsiConsole Open() => Console.IsOutputRedirected ? To(Console.Out) : AnsiConsole.Console;

    /// <summary>A writer that gets lines that are not folded, without colours and progress.</summary>
    public static IAnsiConsole To(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = ColumnsOfAFile;
        return console;
    }
}
