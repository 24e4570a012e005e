namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>The median.</summary>
public static class Middle
{
    /// <summary>Of at least one value; between the two in the middle of an even number.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
