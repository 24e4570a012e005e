namespace SegmentOfOne.Benchmarks.Plots;

/// <summary>An axis of a plot: from where to where, and what is written at it.</summary>
internal sealed record Axis(double Least, double Most, bool IsLog, IReadOnlyList<double> Ticks)
{
    private const int About = 5;

    /// <summary>Round numbers around these values; without any, from 0 to 1.</summary>
    public static Axis Over(IEnumerable<double> values, bool isLog, bool fromZero)
    {
        double[] all = [.. values];
        if (all.Length == 0)
        {
            return new Axis(0, 1, false, []);
        }

        return isLog ? Decades(all.Min(), all.Max()) : Linear(fromZero ? Math.Min(0, all.Min()) : all.Min(), all.Max());
    }

    /// <summary>How far along a value is, in [0, 1].</summary>
    public double Share(double value) => IsLog
        ? Math.Log10(value / Least) / Math.Log10(Most / Least)
        : (value - Least) / (Most - Least);

    private static Axis Decades(double least, double most)
    {
        var first = Math.Floor(Math.Log10(least));
        var last = Math.Max(first + 1, Math.Ceiling(Math.Log10(most)));
        return new Axis(Math.Pow(10, first), Math.Pow(10, last), true, [.. Enumerable.Range((int)first, (int)(last - first) + 1).Select(power => Math.Pow(10, power))]);
    }

    private static Axis Linear(double least, double most)
    {
        var rough = Math.Max(most - least, 1e-9) / About;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(times => times * power).First(one => one >= rough);
        var (first, last) = (Math.Floor(least / step), Math.Ceiling(most / step));
        return new Axis(first * step, last * step, false, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)]);
    }
}
