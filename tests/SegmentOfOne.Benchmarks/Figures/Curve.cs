namespace SegmentOfOne.Benchmarks.Figures;

/// <summary>How runs change along something that grows.</summary>
/// <param name="Name">Also the name of the result's files.</param>
/// <param name="What">What grows and what was run, as prose.</param>
/// <param name="Along">What grows, with its unit.</param>
public sealed record Curve(string Name, string What, string Along, IReadOnlyList<CurvePoint> Points);

/// <summary>One run at a place of a curve.</summary>
/// <param name="At">How much of what grows.</param>
/// <param name="Beside">What else is known there, by its name with the unit.</param>
public sealed record CurvePoint(double At, Measured Run, IReadOnlyDictionary<string, double> Beside);
