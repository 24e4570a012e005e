namespace SegmentOfOne.Domain.Engagement;

/// <summary>2^x out of additions and multiplications alone, so that a fold gives the same bits on every machine;
/// the platform's own power functions differ in the last place from one to another. Within 2 units in the last place.</summary>
internal static class Exp2
{
    private const double Ln2 = 0.693147180559945309417;

    public static double Of(double x)
    {
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        if (x >= 1024)
        {
            return double.PositiveInfinity;
        }

        // What is below the smallest normal number is nothing: subnormals would lose digits step by step.
        if (x < -1022)
        {
            return 0;
        }

        var whole = Math.Round(x);
        var y = (x - whole) * Ln2;

        // The Taylor series of e^y; for |y| ≤ ln 2 / 2 its 15th term is below 2^-60.
        var series = 1 / 6227020800.0;
        series = series * y + 1 / 479001600.0;
        series = series * y + 1 / 39916800.0;
        series = series * y + 1 / 3628800.0;
        series = series * y + 1 / 362880.0;
        series = series * y + 1 / 40320.0;
        series = series * y + 1 / 5040.0;
        series = series * y + 1 / 720.0;
        series = series * y + 1 / 120.0;
        series = series * y + 1 / 24.0;
        series = series * y + 1 / 6.0;
        series = series * y + 0.5;
        series = series * y + 1;
        series = series * y + 1;

        // 1024 has no power of its own among the finite numbers, so it is made of two.
        return whole == 1024
            ? series * Power(1023) * 2
            : series * Power((int)whole);
    }

    private static double Power(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}
