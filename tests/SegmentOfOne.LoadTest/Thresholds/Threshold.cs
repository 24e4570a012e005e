using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Thresholds;

/// <summary>What a threshold looks at.</summary>
public enum Metric
{
    /// <summary>The latency that a share of the answered calls does not exceed, in nanoseconds.</summary>
    Percentile,
    Min,
    Mean,
    Max,

    /// <summary>Answers a second, from the first call until the last has ended.</summary>
    Rate,
    Sent,
    Answered,

    /// <summary>Calls that failed, those that were not sent in time included; refusals that say when to come back are none.</summary>
    Errors,

    /// <summary>Calls that were refused with the time to come back, and not answered after all.</summary>
    Refused,
    Retries,
}

/// <summary>What is measured of a metric.</summary>
public enum BoundKind
{
    Nanoseconds,
    Number,

    /// <summary>In [0, 1], of the calls that were due.</summary>
    Share,
}

/// <summary>One thing that must hold of a run.</summary>
/// <param name="Text">As it was written, without its phase.</param>
/// <param name="Phase">Of which phase; null: of all that are no warm-up.</param>
/// <param name="Percentile">In (0, 1]; of a percentile only.</param>
/// <param name="Operator">One of <c>&lt; &lt;= &gt; &gt;= == !=</c>.</param>
/// <param name="Bound">Nanoseconds, a number, or a share.</param>
public sealed record Threshold(string Text, string? Phase, Metric Metric, double Percentile, string Operator, BoundKind Kind, double Bound)
{
    /// <summary>Reads a threshold that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static Threshold Parse(string text) =>
        ThresholdParser.Parse(text, out var mistake) ?? throw new FormatException(mistake!.ToString());

    /// <summary>Whether a value, in the measure of the bound, meets it.</summary>
    public bool Holds(double value) => Operator switch
    {
        "<" => value < Bound,
        "<=" => value <= Bound,
        ">" => value > Bound,
        ">=" => value >= Bound,
        "==" => value == Bound,
        "!=" => value != Bound,
        _ => throw new UnreachableException(Operator),
    };

    /// <summary>A value in the measure of the bound, for people.</summary>
    public string Show(double value) => Kind switch
    {
        BoundKind.Nanoseconds => LatencyTable.Milliseconds(value),
        BoundKind.Share => (value * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%",
        BoundKind.Number => value.ToString("#,0.##", CultureInfo.InvariantCulture),
        _ => throw new UnreachableException($"{Kind}"),
    };

    public override string ToString() => Phase is null ? Text : $"{Phase}: {Text}";
}
