namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>One measurement of a quantity.</summary>
/// <param name="Beside">What else was seen of the same run, by its name with the unit: the same names in each sample.</param>
public sealed record Sample(double Value, IReadOnlyDictionary<string, double> Beside);

/// <summary>A quantity of one thing that has a target of its own.</summary>
/// <inheritdoc cref="IFinding"/>
public sealed record Quantity(string Name, string What, string Unit, double Target, bool AtLeast, IReadOnlyList<Sample> Samples) : IFinding
{
    public double Median => Middle.Of(Samples.Select(sample => sample.Value));

    public double Least => Samples.Min(sample => sample.Value);

    public double Most => Samples.Max(sample => sample.Value);

    public bool Met => AtLeast ? Median >= Target : Median <= Target;

    /// <summary>The usual things beside a run, and more.</summary>
    public static Sample Of(double value, Measured run, params (string Name, double Value)[] more)
    {
        var beside = new Dictionary<string, double>
        {
            ["calls/s"] = run.CallsPerSecond,
            ["p50 ms"] = run.P50Milliseconds,
            ["p99 ms"] = run.P99Milliseconds,
            ["refused"] = run.Refused,
            ["server CPU µs a call"] = run.ServerCpuMicroseconds,
            ["allocated bytes a call"] = run.AllocatedBytes,
            ["resident MB"] = run.ServerMegabytes,
        };
        foreach (var (name, found) in more)
        {
            beside[name] = found;
        }

        return new Sample(value, beside);
    }
}
