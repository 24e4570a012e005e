using System.Globalization;

namespace SegmentOfOne.Domain;

/// <summary>A point in time, in milliseconds since 1970-01-01T00:00Z, without leap seconds.</summary>
public readonly record struct Instant(long UnixMilliseconds) : IComparable<Instant>
{
    /// <summary>Before everything that can happen; "since Min" means "ever".</summary>
    public static readonly Instant Min = new(long.MinValue);

    /// <summary>After everything that can happen.</summary>
    public static readonly Instant Max = new(long.MaxValue);

    /// <summary>1970-01-01T00:00Z, the earliest time that a request may name.</summary>
    public static readonly Instant Epoch = new(0);

    /// <summary>The number of the UTC day, 1970-01-01 being 0.</summary>
    public int UtcDay => (int)Math.Floor(UnixMilliseconds / 86_400_000.0);

    public static Instant From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public static Instant Later(Instant a, Instant b) => a.UnixMilliseconds >= b.UnixMilliseconds ? a : b;

    public static Instant Earlier(Instant a, Instant b) => a.UnixMilliseconds <= b.UnixMilliseconds ? a : b;

    public static Instant operator +(Instant at, TimeSpan span) => new(at.UnixMilliseconds + (span.Ticks / TimeSpan.TicksPerMillisecond));

    public static Instant operator -(Instant at, TimeSpan span) => new(at.UnixMilliseconds - (span.Ticks / TimeSpan.TicksPerMillisecond));

    public static TimeSpan operator -(Instant later, Instant earlier) =>
        TimeSpan.FromMilliseconds(later.UnixMilliseconds - earlier.UnixMilliseconds);

    public static bool operator <(Instant a, Instant b) => a.UnixMilliseconds < b.UnixMilliseconds;

    public static bool operator >(Instant a, Instant b) => a.UnixMilliseconds > b.UnixMilliseconds;

    public static bool operator <=(Instant a, Instant b) => a.UnixMilliseconds <= b.UnixMilliseconds;

    public static bool operator >=(Instant a, Instant b) => a.UnixMilliseconds >= b.UnixMilliseconds;

    public int CompareTo(Instant other) => UnixMilliseconds.CompareTo(other.UnixMilliseconds);

    /// <summary>RFC 3339 in UTC with milliseconds, such as 2011-12-09T12:50:00.000Z.</summary>
    public override string ToString() =>
        DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
