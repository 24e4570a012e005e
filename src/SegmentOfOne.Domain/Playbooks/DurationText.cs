using System.Globalization;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>Durations as a playbook writes them: a whole number and a unit, s, m, h or d: <c>7d</c>, <c>24h</c>, <c>10m</c>.</summary>
public static class DurationText
{
    private static readonly (char Unit, long Milliseconds)[] Units =
        [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1_000)];

    /// <summary>False when the text is no duration or is longer than <see cref="PlaybookLimits.LongestDuration"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is < 2 or > 12 || Scale(text[^1..]) is not { } scale
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > PlaybookLimits.LongestDuration.TotalMilliseconds / scale)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(count * scale);
        return true;
    }

    /// <summary>In the largest unit that measures it without remainder; whole seconds are assumed.</summary>
    public static string Render(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        foreach (var (unit, scale) in Units)
        {
            if (milliseconds % scale == 0 && milliseconds != 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / scale}{unit}");
            }
        }

        return "0s";
    }

    /// <summary>Milliseconds of one unit; null for what is no unit.</summary>
    internal static long? Scale(ReadOnlySpan<char> unit)
    {
        foreach (var (name, milliseconds) in Units)
        {
            if (unit.Length == 1 && unit[0] == name)
            {
                return milliseconds;
            }
        }

        return null;
    }
}
