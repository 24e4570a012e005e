using System.CommandLine;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Commands;

/// <summary>What the command line says of a run beside its scenario.</summary>
/// <param name="Against">Where the service answers.</param>
/// <param name="Embedded">Whether one is started for the run instead.</param>
/// <param name="Key">By which calls are made; null: by none.</param>
/// <param name="Processes">How many processes share the load of this machine.</param>
/// <param name="Share">What this machine has of the load.</param>
internal sealed record RunOptions(Uri Against, bool Embedded, string? Key, int Processes, Share Share, ReportOptions Report)
{
    private const int MostProcesses = 64;

    private static readonly Option<Uri> AgainstOption = LoadTest.Against.Create();
    private static readonly Option<string?> KeyOption = LoadTest.Against.CreateKey();
    private static readonly Option<bool> EmbeddedOption = new("--embedded") { Description = "Starts a gateway of its own on free ports and an empty folder, which both go after the run." };
    private static readonly Option<int> ProcessesOption = new("--processes") { HelpName = "N", Description = "So many processes of this program share the customers and the load; their histograms are added up exactly.", DefaultValueFactory = _ => 1 };
    private static readonly Option<Share> ShareOption = new("--share")
    {
        HelpName = "I/N",
        Description = "This machine has share I of N of the load; 'report merge' makes one report of all their JSON.",
        DefaultValueFactory = _ => Share.Whole,
        CustomParser = given =>
        {
            if (!Share.TryParse(given.Tokens[0].Value, out var share))
            {
                given.AddError($"--share: '{given.Tokens[0].Value}' is no share such as 1/3; there are at most {Share.Most}.");
            }
            return share;
        },
    };

    static RunOptions() => ProcessesOption.Validators.Add(given =>
    {
        if (given.GetValueOrDefault<int>() is < 1 or > MostProcesses)
        {
            given.AddError($"--processes is from 1 to {MostProcesses}");
        }
    });

    /// <summary>Gives a command these options.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { AgainstOption, KeyOption, EmbeddedOption, ProcessesOption, ShareOption })
        {
            command.Add(option);
        }
        ReportOptions.AddTo(command);
        command.Validators.Add(given =>
        {
            if (given.GetValue(EmbeddedOption) && (given.GetResult(AgainstOption) is { Implicit: false } || given.GetResult(KeyOption) is { Implicit: false } || given.GetResult(ShareOption) is { Implicit: false }))
            {
                given.AddError("--embedded starts the service for this run: without --against, --key-file and --share");
            }
        });
    }

    public static RunOptions Of(ParseResult parsed) => new(
        parsed.GetRequiredValue(AgainstOption), parsed.GetValue(EmbeddedOption), parsed.GetValue(KeyOption),
        parsed.GetValue(ProcessesOption), parsed.GetValue(ShareOption), ReportOptions.Of(parsed));
}
