using System.Globalization;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>When the dates come that let customers into journeys.</summary>
internal static class JourneyDates
{
    /// <summary>How long after its date a journey may still be published and let in who wasn't woken for it before.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private const int LastYear = 9_998;

    /// <summary>The first of the trigger's times after one; null: none comes. Those that were over when the playbook came into force don't come.</summary>
    public static Instant? Next(JourneyTrigger.OfDate trigger, CustomerState state, PlaybookSet playbooks, Instant from)
    {
        if (playbooks.Since > Instant.Min)
        {
            from = Instant.Later(from, playbooks.Since - Grace);
        }

        if (trigger.On is { } on)
        {
            return trigger.Yearly ? Yearly(DateTimeOffset.FromUnixTimeMilliseconds(on.UnixMilliseconds), TimeSpan.Zero, from) : on > from ? on : null;
        }

        if (TextOf(state, playbooks.InForce, trigger.Trait!) is not { } text
            || !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year >= LastYear)
        {
            return null;
        }

        var named = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(trigger.Minute);
        if (trigger.Yearly)
        {
            return Yearly(named, trigger.Ahead, from);
        }

        var once = Instant.From(named) - trigger.Ahead;
        return once > from ? once : null;
    }

    /// <summary>The same day of each year; where a year has no 29 February, the 28th.</summary>
    private static Instant? Yearly(DateTimeOffset first, TimeSpan ahead, Instant from)
    {
        var after = Math.Clamp((from + ahead).UnixMilliseconds, 0, new DateTimeOffset(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        for (var year = Math.Max(first.Year, DateTimeOffset.FromUnixTimeMilliseconds(after).Year); year <= LastYear; year++)
        {
            var at = Instant.From(first.AddYears(year - first.Year)) - ahead;
            if (at > from)
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>The text of a trait; null when it has none.</summary>
    private static string? TextOf(CustomerState state, Playbook playbook, string trait) =>
        playbook.TryTrait(trait, out var rule) && state.Traits.Of(rule) is { } known && known.TryValue(state.Clock, out var value) ? value.Text : null;
}
