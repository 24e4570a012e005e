using System.Globalization;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway;

/// <summary>Instants as people and programs write them: RFC 3339, with or without fractions of a second; a date alone is its midnight, UTC.</summary>
public static class InstantText
{
    public const string Example = "2011-12-09T12:50:00Z";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>False as well for times before 1970, which nothing here can mean.</summary>
    public static bool TryParse(string text, out Instant instant)
    {
        var read = DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        instant = Instant.From(time);
        return read && instant >= Instant.Epoch;
    }
}
