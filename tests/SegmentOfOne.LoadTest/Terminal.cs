using Spectre.Console;

namespace SegmentOfOne.LoadTest;

/// <summary>Where the program writes.</summary>
internal static class Terminal
{
    private const int ColumnsOfAFile = 160;

    /// <summary>A terminal as it is; a file or a pipe gets lines that are not folded, without colours.</summary>
    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = ColumnsOfAFile;
        return console;
    }
}
