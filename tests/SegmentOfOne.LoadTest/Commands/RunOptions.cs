using System.CommandLine;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary>What the command line says of a run beside its scenario.</summary>
/// <param name="Key">By which calls are made; null: by none.</param>
/// <param name="Json">Where the report goes as JSON; null: nowhere.</param>
/// <param name="Html">Where it goes as a page; null: nowhere.</param>
/// <param name="Compare">A report of another run that the page lays beside it; null: none.</param>
/// <param name="Thresholds">Beside those of the scenario.</param>
internal sealed record RunOptions(Uri Against, string? Key, string? Json, string? Html, string? Compare, IReadOnlyList<Threshold> Thresholds)
{
    private static readonly Option<Uri> AgainstOption = LoadTest.Against.Create();
    private static readonly Option<string?> KeyOption = LoadTest.Against.CreateKey();
    private static readonly Option<string?> JsonOption = new("--json") { HelpName = "FILE", Description = "Writes the report as JSON: histograms, timeline, errors, thresholds, machine, scenario." };
    private static readonly Option<string?> HtmlOption = new("--html") { HelpName = "FILE", Description = "Writes the report as a page that needs nothing else: curves of latency, timelines, thresholds." };
    private static readonly Option<string?> CompareOption = new("--compare") { HelpName = "FILE", Description = "The JSON report of another run, which the page of --html lays beside this one." };
    private static readonly Option<Threshold[]> ThresholdOption = new("--threshold")
    {
        HelpName = "TEXT",
        Description = "Something that must hold, such as \"p99 < 50ms\", \"errors < 0.1%\", \"steady: rate >= 1900\"; may be given more than once. Where neither these nor the scenario say anything: errors == 0, refused == 0.",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = given =>
        {
            List<Threshold> thresholds = [];
            foreach (var token in given.Tokens)
            {
                if (ThresholdParser.Parse(token.Value, out var mistake) is { } threshold)
                {
                    thresholds.Add(threshold);
                }
                else
                {
                    given.AddError($"--threshold '{token.Value}', {mistake}");
                }
            }
            return [.. thresholds];
        },
    };

    /// <summary>Gives a command these options.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { AgainstOption, KeyOption, JsonOption, HtmlOption, CompareOption, ThresholdOption })
        {
            command.Add(option);
        }
    }

    public static RunOptions Of(ParseResult parsed) => new(
        parsed.GetRequiredValue(AgainstOption), parsed.GetValue(KeyOption), parsed.GetValue(JsonOption), parsed.GetValue(HtmlOption), parsed.GetValue(CompareOption), parsed.GetRequiredValue(ThresholdOption));

    /// <summary>What must hold: what the scenario and the command line say.</summary>
    /// <exception cref="InvalidDataException">A threshold is of a phase that there isn't.</exception>
    public IReadOnlyList<Threshold> Demands(Scenario scenario)
    {
        if (Thresholds.FirstOrDefault(threshold => threshold.Phase is { } named && scenario.Phases.All(phase => phase.Name != named)) is { } lost)
        {
            throw new InvalidDataException($"--threshold '{lost}': there is no phase \"{lost.Phase}\".");
        }
        return (scenario with { Thresholds = [.. scenario.Thresholds, .. Thresholds] }).Demands;
    }
}
