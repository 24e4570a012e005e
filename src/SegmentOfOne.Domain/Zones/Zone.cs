using System.Collections.Immutable;
using System.Globalization;

namespace SegmentOfOne.Domain.Zones;

/// <summary>How far a zone's clock is ahead of UTC: each change that was once announced, and the yearly rule after the last.</summary>
internal sealed class Zone
{
    private readonly ImmutableArray<Change> changes;
    private readonly int before;
    private readonly int standard;
    private readonly Daylight? daylight;

    private Zone(int before, ImmutableArray<Change> changes, int standard, Daylight? daylight) =>
        (this.before, this.changes, this.standard, this.daylight) = (before, changes, standard, daylight);

    /// <summary>Minutes east of UTC from <paramref name="AtMinute"/> on, in minutes since 1970.</summary>
    private readonly record struct Change(long AtMinute, int Minutes);

    /// <summary>The part of each year in which the clock is <paramref name="Minutes"/> east of UTC.</summary>
    private sealed record Daylight(int Minutes, YearDay Begins, YearDay Ends);

    /// <summary>A weekday of a month: the <paramref name="Week"/>th, 5 being the last; Sunday is 0. The minute may lie on a day before or after.</summary>
    private readonly record struct YearDay(int Month, int Week, int Weekday, int Minute)
    {
        /// <summary>"3.5.0/60" is the last Sunday of March at 01:00.</summary>
        public static YearDay Read(string text)
        {
            var numbers = Array.ConvertAll(text.Split('.', '/'), Number);
            return new YearDay(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        /// <summary>In minutes since 1970, by that year's local clock.</summary>
        public long In(int year)
        {
            var first = new DateTime(year, Month, 1);
            var day = (Weekday - (int)first.DayOfWeek + 7) % 7 + (Week - 1) * 7;
            if (day >= DateTime.DaysInMonth(year, Month))
            {
                day -= 7;
            }

            return (first - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMinute + day * 24 * 60 + Minute;
        }
    }

    /// <summary>The fields of a line of the table, as its head describes them.</summary>
    public static Zone Read(string before, string changes, string rule)
    {
        var parts = rule.Split(' ');
        return new Zone(
            Number(before),
            [.. changes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadChange)],
            Number(parts[0]),
            parts.Length == 1 ? null : new Daylight(Number(parts[1]), YearDay.Read(parts[2]), YearDay.Read(parts[3])));
    }

    public int OffsetAt(Instant at)
    {
        var minute = (long)Math.Floor(at.UnixMilliseconds / 60_000.0);
        var passed = changes.Length;
        while (passed > 0 && changes[passed - 1].AtMinute > minute)
        {
            passed--;
        }

        return passed == changes.Length ? ByRule(minute)
            : passed == 0 ? before
            : changes[passed - 1].Minutes;
    }

    private int ByRule(long minute)
    {
        if (daylight is null)
        {
            return standard;
        }

        var year = DateTime.UnixEpoch.AddMinutes(minute + standard).Year;
        var begins = daylight.Begins.In(year) - standard;
        var ends = daylight.Ends.In(year) - daylight.Minutes;
        var lit = begins < ends ? minute >= begins && minute < ends : minute >= begins || minute < ends;
        return lit ? daylight.Minutes : standard;
    }

    private static Change ReadChange(string text)
    {
        var parts = text.Split('=');
        var time = DateTime.ParseExact(parts[0], "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        return new Change((time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMinute, Number(parts[1]));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
