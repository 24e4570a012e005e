namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>Two runs, one after the other, and what is compared of them.</summary>
/// <param name="Ratio">Of the measured to the reference.</param>
public sealed record Pair(Measured Subject, Measured Reference, double Ratio);

/// <summary>A ratio of two things, run in turn side by side.</summary>
/// <param name="Name">Also the name of the result's files.</param>
/// <param name="What">What is divided by what, and how it was run, as prose.</param>
/// <param name="Target">What the ratio should be.</param>
/// <param name="AtLeast">Whether the target is the least (else the most) that is wanted.</param>
public sealed record Figure(string Name, string What, double Target, bool AtLeast, IReadOnlyList<Pair> Pairs) : IFinding
{
    /// <summary>It is a ratio.</summary>
    public string Unit => "";

    /// <summary>The ratio in the middle.</summary>
    public double Median => MedianOf(pair => pair.Ratio);

    /// <summary>The least ratio of a pair.</summary>
    public double Least => Pairs.Min(pair => pair.Ratio);

    /// <summary>The greatest.</summary>
    public double Most => Pairs.Max(pair => pair.Ratio);

    /// <summary>Whether the median is on the right side of the target.</summary>
    public bool Met => AtLeast ? Median >= Target : Median <= Target;

    /// <summary>The median over the pairs of anything about them.</summary>
    public double MedianOf(Func<Pair, double> what) => Middle.Of(Pairs.Select(what));
}
