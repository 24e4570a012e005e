namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>What one command found out.</summary>
public sealed record Found(IReadOnlyList<IFinding> Findings, IReadOnlyList<Curve> Curves)
{
    /// <summary>Writes all of it and says what it wrote.</summary>
    public void Write(string folder)
    {
        foreach (var finding in Findings)
        {
            Console.WriteLine(Results.Write(finding, folder));
        }

        foreach (var curve in Curves)
        {
            Console.WriteLine(Results.Write(curve, folder));
        }
    }
}
