namespace SegmentOfOne.Domain.Engagement;

/// <summary>The lowest and highest Intimacy around a turn that moved it, and its value after, in ten-thousandths of a point.</summary>
public readonly record struct ShiftSample(Instant At, int Low, int High, int Now)
{
    /// <summary>Steps a point.</summary>
    internal const double Steps = 10_000;

    /// <summary>The steps of the highest Intimacy, and of the lowest below 0.</summary>
    internal const int Most = 1_000_000;

    internal ShiftSample(Instant at, int before, int after)
        : this(at, Math.Min(before, after), Math.Max(before, after), after)
    {
    }

    internal static int Round(double intimacy) => (int)Math.Round(intimacy * Steps);

    /// <summary>This and an earlier sample as one; it counts as long as this.</summary>
    internal ShiftSample Join(ShiftSample earlier) =>
        this with { Low = Math.Min(Low, earlier.Low), High = Math.Max(High, earlier.High) };
}
