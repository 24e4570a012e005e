using System.Globalization;

namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>An axis of a chart: where values stand on it, in [0, 1], and what is written along it.</summary>
/// <param name="Place">Of a value; outside of the axis it may be outside of [0, 1].</param>
/// <param name="Ticks">Values and what is written at them.</param>
internal sealed record Axis(Func<double, double> Place, IReadOnlyList<(double Value, string Text)> Ticks)
{
    private const int MostNines = 7;

    /// <summary>From 0, even, ticks at round numbers.</summary>
    public static Axis Even(double most, Func<double, string> text)
    {
        most = most > 0 ? most : 1;
        var step = RoundStep(most / 7);
        return new Axis(value => value / most, [.. Enumerable.Range(0, (int)(most / step + 1e-9) + 1).Select(tick => (tick * step, text(tick * step)))]);
    }

    /// <summary>Durations in nanoseconds, logarithmic, over all of those given.</summary>
    public static Axis Durations(double least, double most)
    {
        // At least a decade, so that what hardly varies doesn't look as if it did.
        var (from, to) = (Math.Log10(Math.Max(least, 1_000)), Math.Log10(Math.Max(most, 1_000)));
        var (low, high) = to - from >= 1 ? (Math.Floor(from * 3) / 3, Math.Ceiling(to * 3 + 1e-9) / 3) : (Math.Floor(from), Math.Floor(from) + Math.Ceiling(to - Math.Floor(from) + 1e-9));
        double[] steps = high - low > 4 ? [1] : [1, 2, 5];
        List<(double, string)> ticks = [];
        for (var decade = Math.Floor(low); decade <= high; decade++)
        {
            foreach (var step in steps)
            {
                var value = step * Math.Pow(10, decade);
                if (Math.Log10(value) >= low - 1e-9 && Math.Log10(value) <= high + 1e-9)
                {
                    ticks.Add((value, Duration(value)));
                }
            }
        }
        return new Axis(value => (Math.Log10(Math.Max(value, 1)) - low) / (high - low), ticks);
    }

    /// <summary>Shares in [0, 1), by nines: as far from 0.9 to 0.99 as from there to 0.999.</summary>
    /// <param name="count">Of how many durations: more nines than they have aren't told apart.</param>
    public static (Axis Axis, double Nines) Shares(long count)
    {
        var nines = Math.Clamp(Math.Log10(Math.Max(count, 1)), 2, MostNines);
        List<(double, string)> ticks = [(0, "0"), (0.5, "50%")];
        for (var nine = 1; nine <= nines; nine++)
        {
            var share = 1 - Math.Pow(10, -nine);
            ticks.Add((share, (100 * share).ToString("0.######", CultureInfo.InvariantCulture) + "%"));
        }
        return (new Axis(share => -Math.Log10(1 - share) / nines, ticks), nines);
    }

    private static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 1e6 => (nanoseconds / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " µs",
        < 1e9 => (nanoseconds / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " ms",
        _ => (nanoseconds / 1e9).ToString("#,0.#", CultureInfo.InvariantCulture) + " s",
    };

    private static double RoundStep(double least)
    {
        var decade = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return decade * (least / decade) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
