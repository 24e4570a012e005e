using System.Runtime.CompilerServices;
using System.Text;

namespace SegmentOfOne.Domain.Tests.Stories;

/// <summary>
/// Runs every story beside this file and compares what follows with what is written there.
/// With REWRITE_STORIES=1 in the environment what follows is written instead; then read the difference before you commit it.
/// </summary>
public sealed class StoryTests
{
    public static TheoryData<string> All() =>
        [.. Directory.GetFiles(Folder(), "*.txt").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_written_is_what_follows(string file)
    {
        var path = Path.Combine(Folder(), file);
        var written = File.ReadAllText(path);
        var follows = Tell(written);
        if (Environment.GetEnvironmentVariable("REWRITE_STORIES") == "1")
        {
            File.WriteAllText(path, follows);
            return;
        }

        follows.ShouldBe(written, $"{file}: run with REWRITE_STORIES=1 to write what follows now");
    }

    /// <summary>A story is blocks with an empty line between: what is done, a line ----, what follows. A block without ---- is prose.</summary>
    private static string Tell(string story)
    {
        var teller = new StoryTeller();
        var told = new StringBuilder();
        foreach (var block in story.TrimEnd('\n').Split("\n\n"))
        {
            told.Append(told.Length == 0 ? "" : "\n\n");
            var end = (block + "\n").IndexOf("\n----\n", StringComparison.Ordinal);
            if (end < 0)
            {
                told.Append(block);
                continue;
            }

            told.Append(block.AsSpan(0, end)).Append("\n----");
            foreach (var line in block[..end].Split('\n'))
            {
                foreach (var follows in teller.Tell(line))
                {
                    told.Append('\n').Append(follows);
                }
            }
        }

        return told.Append('\n').ToString();
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
