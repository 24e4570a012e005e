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
}
