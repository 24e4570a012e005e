using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>When steps end by themselves.</summary>
internal static class JourneyClock
{
    private const long MillisecondsOfMinute = 60_000;
    private const long MillisecondsOfDay = 24 * 60 * MillisecondsOfMinute;

    /// <summary>When a step ends that is reached at a time: one that takes no time, at once.</summary>
    public static Instant DueOf(JourneyStep step, CustomerState state, ContactRules contact, Instant at) => step switch
    {
        JourneyStep.Wait wait => at + wait.For,
        JourneyStep.WaitFor wait => at + wait.Within,
        JourneyStep.WaitUntil until => NextTimeOfDay(state.Zones.Zone is { Length: > 0 } own ? own : contact.DefaultZone, until.Minute, at),
        _ => at,
    };

    /// <summary>The first time after another at which clocks of a zone show a minute of the day. Where they skip it, as much later as they skip.</summary>
    private static Instant NextTimeOfDay(string zone, int minute, Instant after)
    {
        var local = after.UnixMilliseconds + OffsetOf(zone, after);
        var day = (long)Math.Floor(local / (double)MillisecondsOfDay);
        for (; ; day++)
        {
            // The offset then isn't that of now where clocks are changed in between.
            var shown = (day * MillisecondsOfDay) + (minute * MillisecondsOfMinute);
            var guess = shown - OffsetOf(zone, new Instant(shown - OffsetOf(zone, after)));
            var due = new Instant(shown - OffsetOf(zone, new Instant(guess)));
            if (due > after)
            {
                return due;
            }
        }
    }

    private static long OffsetOf(string zone, Instant at)
    {
        ZoneTable.TryOffset(zone, at, out var minutes);
        return minutes * MillisecondsOfMinute;
    }
}
