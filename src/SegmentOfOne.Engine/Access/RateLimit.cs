using System.Globalization;

namespace SegmentOfOne.Engine.Access;

/// <summary>How often something may happen: at a steady rate, and so many at once after a pause.</summary>
public readonly record struct RateLimit(double PerSecond, int Burst)
{
    /// <summary>What stands for no limit in <see cref="TryParse"/>.</summary>
    public const string None = "none";

    /// <summary>An example for people.</summary>
    public const string Example = "50/200";

    /// <summary>What a key of a role may do when nothing is said; null: as much as it likes.</summary>
    public static RateLimit? Of(Role role) => role switch
    {
        Role.Channel => new RateLimit(5_000, 10_000),
        Role.Admin => null,
        _ => new RateLimit(100, 500),
    };

    /// <summary>Reads RATE/BURST, or none.</summary>
    public static bool TryParse(string text, out RateLimit? limit)
    {
        limit = null;
        if (text == None)
        {
            return true;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !double.TryParse(text.AsSpan(0, slash), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var burst)
            || new RateLimit(rate, burst) is var read && !read.IsPossible)
        {
            return false;
        }

        limit = read;
        return true;
    }

    public bool IsPossible => PerSecond is >= 0.001 and <= 1_000_000 && Burst is >= 1 and <= 1_000_000;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond}/{Burst}");
}
