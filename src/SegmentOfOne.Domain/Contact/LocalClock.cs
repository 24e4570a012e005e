using System.Globalization;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>What time it is for the customer when something would go out, as far as quiet hours ask.</summary>
/// <param name="Quiet">The quiet hours that count here; null when there are none, and then the rest is without meaning.</param>
/// <param name="MinuteOfDay">After midnight, by the customer's clock.</param>
/// <param name="Offset">Minutes east of UTC.</param>
/// <param name="IsKnown">The zone is the customer's own; else it is the playbook's.</param>
internal readonly record struct LocalClock(QuietHours? Quiet, int MinuteOfDay, int Offset, string Zone, bool IsKnown)
{
    private const int MinutesOfDay = 24 * 60;

    public bool IsQuiet => Quiet is not null && Quiet.Contain(MinuteOfDay);

    public static LocalClock Of(in Occasion occasion)
    {
        if (occasion.Direction == Direction.Inbound || occasion.Contact.QuietOn(occasion.Channel) is not { } quiet)
        {
            return default;
        }

        var zones = occasion.Customer.Zones;
        var known = zones.Zone.Length > 0;
        var zone = known ? zones.Zone : occasion.Contact.DefaultZone;
        var offset = zones.OffsetOf(zone) ?? throw new InvalidOperationException($"no turn of this customer read the zone {zone}");
        var minute = (long)Math.Floor(occasion.Now.UnixMilliseconds / 60_000.0) + offset;
        return new LocalClock(quiet, (int)(((minute % MinutesOfDay) + MinutesOfDay) % MinutesOfDay), offset, zone, known);
    }

    /// <summary>Such as 21:30.</summary>
    public static string TimeOfDay(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
}
