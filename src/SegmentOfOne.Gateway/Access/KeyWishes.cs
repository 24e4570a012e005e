using System.Globalization;
using SegmentOfOne.Engine.Access;

namespace SegmentOfOne.Gateway.Access;

/// <summary>What is asked of a new key.</summary>
/// <param name="Lasts">Null: for ever.</param>
/// <param name="Limit">Null: as often as it likes.</param>
public sealed record KeyWishes(string Name, Role Role, TimeSpan? Lasts, RateLimit? Limit)
{
    private const int MostDays = 3_650;

    /// <summary>Reads what a person wrote; null, and <paramref name="problem"/> says why: it makes no sense.</summary>
    /// <param name="lasts">Such as 90d; empty: for ever.</param>
    /// <param name="limit">Such as 100/500; empty: what keys of the role have.</param>
    public static KeyWishes? Read(string name, string role, string lasts, string limit, out string problem)
    {
        var roles = Enum.GetValues<Role>();
        var index = Array.FindIndex(roles, one => Wire.Name(one) == role);
        RateLimit? read = null;
        TimeSpan? time = null;
        problem = !AccessKey.CanBeNamed(name) ? $"A key has a name of 1 to {AccessKey.NameLength} characters: it stands in the trails."
            : index < 0 ? $"A role is one of {string.Join(", ", roles.Select(Wire.Name))}."
            : lasts.Length > 0 && !TryReadTime(lasts, out time) ? $"How long a key lasts is said as 90d or 12h, at most {MostDays}d."
            : limit.Length > 0 && !RateLimit.TryParse(limit, out read) ? $"A limit is calls a second / at once, such as {RateLimit.Example}, or {RateLimit.None}."
            : "";
        return problem.Length > 0 ? null : new KeyWishes(name, roles[index], time, limit.Length == 0 ? RateLimit.Of(roles[index]) : read);
    }

    private static bool TryReadTime(string text, out TimeSpan? time)
    {
        time = null;
        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
        {
            return false;
        }

        time = text[^1] switch { 'd' when number <= MostDays => TimeSpan.FromDays(number), 'h' when number <= MostDays * 24 => TimeSpan.FromHours(number), _ => null };
        return time is not null;
    }
}
