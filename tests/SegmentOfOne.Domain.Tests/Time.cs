using System.Globalization;

namespace SegmentOfOne.Domain.Tests;

/// <summary>Times of the tests, counted from one Monday.</summary>
internal static class Time
{
    public static readonly Instant Start = Instant.From(DateTimeOffset.Parse("2030-06-03T09:00:00Z", CultureInfo.InvariantCulture));

    public static Instant Day(double days) => Start + TimeSpan.FromDays(days);

    public static Instant Hour(double hours) => Start + TimeSpan.FromHours(hours);
}
