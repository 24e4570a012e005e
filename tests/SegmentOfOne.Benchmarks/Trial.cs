namespace SegmentOfOne.Benchmarks;

/// <summary>How large and how long a measurement is to be.</summary>
/// <param name="Pairs">How often the two are run in turn, or a thing by itself.</param>
/// <param name="Duration">Of each run.</param>
/// <param name="Customers">Null: as many as the figure wants.</param>
/// <param name="Scratch">The folder of large stores that are made once.</param>
public sealed record Trial(LoadShape Shape, int Pairs, TimeSpan Duration, int? Customers, string Scratch)
{
    /// <summary>Long enough for whatever is done once before a measurement.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>How long a soak goes on.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a rate has to hold to count as capacity: long enough that checkpoints have to keep up.</summary>
    public TimeSpan Sustained => TimeSpan.FromTicks(Math.Max(Duration.Ticks, Soak.Ticks / 60));

    /// <summary>How large a journal is that a restart finds, in MB.</summary>
    public int JournalMegabytes { get; init; } = 500;

    /// <summary>Turns behind each customer at the end of the longest history.</summary>
    public int LongestHistory { get; init; } = 10_000;
}
