namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>
/// What a number can be over a stretch of time: from <paramref name="Low"/> to <paramref name="High"/>, both finite, or missing; with Low above
/// High always missing. Addition, multiplication and division round monotonously, so bounds that are computed as the numbers are hold to the
/// last bit.
/// </summary>
/// <param name="First">At the beginning of the stretch; of meaning where the slope is known.</param>
/// <param name="Slope">The change in a millisecond, where it is the same all the time but for rounding; NaN where it isn't known to be.</param>
/// <param name="IsExact">There is no rounding: whole milliseconds, counted.</param>
internal readonly record struct Bounds(double Low, double High, bool MayMiss, double First, double Slope, bool IsExact)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Bounds Anything = Within(double.MinValue, double.MaxValue, true);

    public static readonly Bounds Missing = Within(1, 0, true);

    /// <summary>By less than this part of what went into it do a few operations round a number.</summary>
    private const double Rounding = 1e-9;

    private const double LargestExact = 1L << 52;

    public bool IsMissing => Low > High;

    private bool IsSame => Slope == 0 && Low == High;

    /// <summary>It goes evenly and without rounding from <see cref="First"/> to <see cref="Last"/>: so the quotient of two such only grows or only falls.</summary>
    private bool HasEnds => IsExact && First == (Slope >= 0 ? Low : High);

    private double Last => Slope >= 0 ? High : Low;

    /// <summary>The same all the time; NaN is missing all the time.</summary>
    public static Bounds Of(double value) =>
        double.IsFinite(value) ? new(value, value, false, value, 0, Math.Abs(value) < LargestExact && value == Math.Floor(value)) : Missing;

    /// <summary>Something that only grows, or only falls, from one value to another.</summary>
    public static Bounds Between(double a, double b) => a == b ? Of(a) : Within(Math.Min(a, b), Math.Max(a, b), false);

    /// <summary>Something between two finite values, which may be the same.</summary>
    public static Bounds Between(double low, double high, bool mayMiss) =>
        low == high ? Of(low) with { MayMiss = mayMiss } : Within(low, high, mayMiss);

    /// <summary>Milliseconds that pass.</summary>
    public static Bounds Passing(double from, double to) => from == to ? Of(from) : new(from, to, false, from, 1, true);

    public static Bounds Negative(in Bounds a) =>
        a.IsMissing ? Missing : new(-a.High, -a.Low, a.MayMiss, -a.First, -a.Slope, a.IsExact);

    public static Bounds Compute(Operator @operator, in Bounds a, in Bounds b)
    {
        if (a.IsMissing || b.IsMissing)
        {
            return Missing;
        }

        var (missing, exact) = (a.MayMiss || b.MayMiss, a.IsExact && b.IsExact);
        switch (@operator)
        {
            case Operator.Add:
                return Finite(new(a.Low + b.Low, a.High + b.High, missing, a.First + b.First, a.Slope + b.Slope, exact));
            case Operator.Subtract:
                return Finite(new(a.Low - b.High, a.High - b.Low, missing, a.First - b.First, a.Slope - b.Slope, exact));
            case Operator.Multiply:
                var slope = b.IsSame ? a.Slope * b.Low : a.IsSame ? b.Slope * a.Low : double.NaN;
                return Corners(a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High, missing, a.First * b.First, slope);
            case Operator.Divide when b is { Low: 0, High: 0 }:
                return Missing;
            case Operator.Divide when b.Low <= 0 && b.High >= 0:
                return Anything;
            case Operator.Divide when a.HasEnds && b.HasEnds:
                return Between(a.First / b.First, a.Last / b.Last) with { MayMiss = missing };
            case Operator.Divide:
                return Corners(
                    a.Low / b.Low, a.Low / b.High, a.High / b.Low, a.High / b.High, missing, a.First / b.First, b.IsSame ? a.Slope / b.Low : double.NaN);
            default:
                throw new System.Diagnostics.UnreachableException($"operator {@operator}");
        }
    }

    /// <summary>One or the other of two.</summary>
    public static Bounds Join(in Bounds a, in Bounds b) =>
        a.IsMissing ? b with { MayMiss = true }
        : b.IsMissing ? a with { MayMiss = true }
        : Between(Math.Min(a.Low, b.Low), Math.Max(a.High, b.High), a.MayMiss || b.MayMiss);

    /// <summary>The least or the greatest of two; missing when one of them is.</summary>
    public static Bounds Extreme(bool greatest, in Bounds a, in Bounds b)
    {
        if (a.IsMissing || b.IsMissing)
        {
            return Missing;
        }

        var missing = a.MayMiss || b.MayMiss;
        return (greatest ? a.Low >= b.High : a.High <= b.Low) ? a with { MayMiss = missing }
            : (greatest ? b.Low >= a.High : b.High <= a.Low) ? b with { MayMiss = missing }
            : greatest ? Between(Math.Max(a.Low, b.Low), Math.Max(a.High, b.High), missing)
            : Between(Math.Min(a.Low, b.Low), Math.Min(a.High, b.High), missing);
    }

    /// <summary>What comparing two numbers can yield over a stretch. Where both change evenly, their difference tells more than their bounds.</summary>
    public static Truths Compare(Operator comparison, in Bounds a, in Bounds b, double milliseconds)
    {
        if (a.IsMissing || b.IsMissing)
        {
            return Truths.Never;
        }

        var (less, equal, greater) = (a.Low < b.High, a.Low <= b.High && a.High >= b.Low, a.High > b.Low);
        if (less && greater && a.Slope - b.Slope is var slope && !double.IsNaN(slope))
        {
            var first = a.First - b.First;
            if (slope == 0 && a.IsExact && b.IsExact)
            {
                (less, equal, greater) = (first < 0, first == 0, first > 0);
            }
            else
            {
                var last = first + (slope * milliseconds);
                var margin = Rounding * (1 + Math.Abs(a.Low) + Math.Abs(a.High) + Math.Abs(b.Low) + Math.Abs(b.High));
                (less, greater) = (Math.Min(first, last) < margin, Math.Max(first, last) > -margin);
                equal = less && greater;
            }
        }

        var missing = a.MayMiss || b.MayMiss;
        return comparison switch
        {
            Operator.Equal => TruthsOf.Of(equal, missing || less || greater),
            Operator.NotEqual => TruthsOf.Of(less || greater, missing || equal),
            Operator.Less => TruthsOf.Of(less, missing || equal || greater),
            Operator.LessOrEqual => TruthsOf.Of(less || equal, missing || greater),
            Operator.Greater => TruthsOf.Of(greater, missing || equal || less),
            Operator.GreaterOrEqual => TruthsOf.Of(greater || equal, missing || less),
            _ => throw new System.Diagnostics.UnreachableException($"comparison {comparison}"),
        };
    }

    private static Bounds Within(double low, double high, bool mayMiss) => new(low, high, mayMiss, double.NaN, double.NaN, false);

    private static Bounds Corners(double a, double b, double c, double d, bool missing, double first, double slope) => Finite(new(
        Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)), missing, first, slope, false));

    /// <summary>What overflows is missing; what doesn't change is one value.</summary>
    private static Bounds Finite(in Bounds raw)
    {
        if (!double.IsFinite(raw.Low) || !double.IsFinite(raw.High))
        {
            return raw.Low == raw.High ? Missing : Within(Math.Max(raw.Low, double.MinValue), Math.Min(raw.High, double.MaxValue), true);
        }

        if (raw.Low == raw.High)
        {
            return Of(raw.Low) with { MayMiss = raw.MayMiss };
        }

        var exact = raw.IsExact && Math.Max(Math.Abs(raw.Low), Math.Abs(raw.High)) < LargestExact;
        return exact && raw.Slope == 0 ? Of(raw.First) with { MayMiss = raw.MayMiss } : raw with { IsExact = exact };
    }
}
