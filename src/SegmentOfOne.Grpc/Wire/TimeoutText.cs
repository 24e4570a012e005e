using System.Globalization;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>The text of <c>grpc-timeout</c>: up to eight digits, then one of H M S m u n.</summary>
internal static class TimeoutText
{
    private const int MaxDigits = 8;

    // Ticks of 100 ns.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>False when the text is not a timeout. Nanoseconds are rounded up to 100.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1)
        {
            return false;
        }

        long value = 0;
        foreach (var digit in text[..^1])
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        var unit = text[^1];
        if (unit == 'n')
        {
            timeout = TimeSpan.FromTicks((value + 99) / 100);
            return true;
        }

        foreach (var (name, ticks) in Units)
        {
            if (unit == name)
            {
                timeout = TimeSpan.FromTicks(value * ticks);
                return true;
            }
        }

        return false;
    }

    /// <summary>The text in the finest unit that holds the value in eight digits, rounded up: a caller never asks for less than it waits.</summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(0, timeout.Ticks);
        foreach (var (unit, size) in Units)
        {
            var value = (ticks / size) + (ticks % size == 0 ? 0 : 1);
            if (value < 100_000_000)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        return "99999999H";
    }
}
