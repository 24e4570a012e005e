using System.CommandLine;

namespace SegmentOfOne.Benchmarks.Commands;

/// <summary>The options that every measurement has.</summary>
public sealed class TrialOptions
{
    private readonly Option<int> _pairs = new("--pairs") { HelpName = "N", Description = "How often the two are run in turn.", DefaultValueFactory = _ => 5, Recursive = true };
    private readonly Option<int> _seconds = new("--seconds") { HelpName = "S", Description = "How long each run takes.", DefaultValueFactory = _ => 5, Recursive = true };
    private readonly Option<int> _connections = new("--connections") { HelpName = "C", DefaultValueFactory = _ => 16, Recursive = true };
    private readonly Option<int> _inFlight = new("--in-flight") { HelpName = "N", Description = "Calls outstanding on each connection of a closed loop.", DefaultValueFactory = _ => 64, Recursive = true };
    private readonly Option<int?> _customers = new("--customers") { HelpName = "N", Description = "Customers, where it is not those that the target is for.", Recursive = true };

    private readonly Option<double> _minutes = new("--minutes") { HelpName = "M", Description = "How long a soak goes on.", DefaultValueFactory = _ => 30, Recursive = true };
    private readonly Option<int> _megabytes = new("--megabytes") { HelpName = "MB", Description = "How large the journal is that a restart finds.", DefaultValueFactory = _ => 500, Recursive = true };
    private readonly Option<int> _longest = new("--longest") { HelpName = "N", Description = "Turns behind each customer at the end of the longest history.", DefaultValueFactory = _ => 10_000, Recursive = true };

    private readonly Option<DirectoryInfo> _scratch = new("--scratch")
    {
        HelpName = "DIR",
        Description = "Where large stores are made once and kept; not in the repository.",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "segmentofone-benchmarks")),
        Recursive = true,
    };

    private readonly Option<DirectoryInfo> _results = new("--results")
    {
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Built.Repository, "tests", "SegmentOfOne.Benchmarks", "results")),
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { _pairs, _seconds, _connections, _inFlight, _customers, _minutes, _megabytes, _longest, _scratch, _results })
        {
            root.Add(option);
        }
    }

    public Trial Read(ParseResult parsed) => new(
        new LoadShape(parsed.GetValue(_connections), parsed.GetValue(_inFlight)),
        parsed.GetValue(_pairs),
        TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        parsed.GetValue(_customers),
        parsed.GetRequiredValue(_scratch).FullName)
    {
        Soak = TimeSpan.FromMinutes(parsed.GetValue(_minutes)),
        JournalMegabytes = parsed.GetValue(_megabytes),
        LongestHistory = parsed.GetValue(_longest),
    };

    /// <summary>Where what is found is written.</summary>
    public string Results(ParseResult parsed) => parsed.GetRequiredValue(_results).FullName;
}
