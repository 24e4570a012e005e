using System.CommandLine;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary><c>scenario check FILE</c>, <c>scenario schema</c>, <c>scenario default</c>: for those who write scenarios.</summary>
public static class ScenarioCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var file = new Argument<string>("FILE") { Description = "The scenario." };
        var check = new Command("check", "Says every mistake of a scenario, each with its path.") { file };
        check.SetAction((parsed, _) => Outcome.Of(console, () => Task.FromResult(Check(console, parsed.GetRequiredValue(file)))));

        var schema = new Command("schema", "Prints the JSON schema of scenarios.");
        schema.SetAction(_ => Print(console, ScenarioDocuments.Schema));

        var standard = new Command("default", "Prints a scenario to begin with.");
        standard.SetAction(_ => Print(console, ScenarioDocuments.Default));

        return new Command("scenario", "Checks scenarios and prints the built-in documents.") { check, schema, standard };
    }

    /// <summary>Reads a scenario's file.</summary>
    /// <param name="seed">Where the file says none; null: it must.</param>
    /// <exception cref="InvalidDataException">It has mistakes; the message has a line for each.</exception>
    public static Scenario Load(string path, ulong? seed)
    {
        var (scenario, mistakes) = ScenarioReader.Read(Bytes(path), seed);
        return scenario ?? throw new InvalidDataException(string.Join('\n', mistakes));
    }

    private static int Check(IAnsiConsole console, string path)
    {
        var mistakes = ScenarioReader.Read(Bytes(path), seed: 0).Mistakes;
        foreach (var mistake in mistakes)
        {
            console.WriteLine(mistake.ToString());
        }
        if (mistakes.Count == 0)
        {
            console.WriteLine("OK");
        }
        return mistakes.Count == 0 ? Outcome.Good : Outcome.Bad;
    }

    /// <summary>A byte more than a scenario may have at most, so that what is too large is not read whole.</summary>
    private static byte[] Bytes(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[ScenarioLimits.Bytes + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static int Print(IAnsiConsole console, string document)
    {
        // Not WriteLine: that folds at the terminal's width.
        console.Profile.Out.Writer.Write(document);
        return Outcome.Good;
    }
}
