using System.Globalization;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>Durations as scenarios and thresholds write them: a number and a unit, <c>ns us ms s m h</c> or <c>d</c>: <c>30s</c>, <c>1.5ms</c>.</summary>
public static class SpanText
{
    private static readonly (string Unit, double Nanoseconds)[] Units =
        [("d", 86_400e9), ("h", 3_600e9), ("m", 60e9), ("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1)];

    /// <summary>The nanoseconds of one of a unit; null for what is no unit.</summary>
    public static double? Unit(ReadOnlySpan<char> unit)
    {
        foreach (var (name, nanoseconds) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return nanoseconds;
            }
        }
        return null;
    }

    /// <summary>How many characters of a number, digits and points, a text begins with.</summary>
    public static int NumberLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
        {
            length++;
        }
        return length;
    }

    /// <summary>False when the text is no duration.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = NumberLength(text);
        if (digits is < 1 or > 12 || Unit(text.AsSpan(digits)) is not { } unit
            || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * unit > TimeSpan.MaxValue.TotalNanoseconds / 2)
        {
            return false;
        }
        duration = TimeSpan.FromTicks((long)Math.Round(count * unit / 100));
        return true;
    }

    /// <summary>In the largest unit that measures it without remainder.</summary>
    public static string Render(TimeSpan duration)
    {
        var nanoseconds = duration.TotalNanoseconds;
        var (unit, size) = Array.Find(Units, unit => nanoseconds != 0 && nanoseconds % unit.Nanoseconds == 0);
        return unit is null ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / size:0}{unit}");
    }
}
