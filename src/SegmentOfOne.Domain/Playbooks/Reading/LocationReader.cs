using System.Collections.Immutable;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks.Language;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Reads where places are and what nearness is worth. What isn't said is as in the defaults of the domain.</summary>
internal static class LocationReader
{
    private const byte EveryDay = 0x7F;
    private const double MostLeave = 10;
    private const double LongestMeters = 100_000;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public static LocationRules Read(PlaceObject location)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return new LocationRules(
            location.Duration("half_life", PlaybookLimits.ShortestHalfLife, Limits.LocationKept, TimeSpan.FromMinutes(10)),
            location.Number("leave", 1, MostLeave, 1.2),
            location.Duration("dwell", OneSecond, Limits.LocationKept, TimeSpan.FromSeconds(60)),
            location.Duration("cooldown", OneSecond, PlaybookLimits.LongestDuration, TimeSpan.FromHours(4)),
            location.Number("on_foot_meters", 1, LongestMeters, 1_000),
            location.Number("by_car_meters", 1, LongestMeters, 10_000),
            [.. location.Items("fences", PlaybookLimits.Fences).ConvertAll(place => Fence(place, ids)).OrderBy(fence => fence.Id, StringComparer.Ordinal)]);
    }

    private static FenceRule Fence(Place place, HashSet<string> ids)
    {
        var fence = place.Object(FieldList.Fence);
        fence["description"]?.Text(PlaybookLimits.DescriptionLength);
        var open = fence.Object("open", FieldList.Open);
        return new FenceRule(
            fence.NewId(ids, "fence"),
            new Coordinates(fence.Number("latitude", -90, 90), fence.Number("longitude", -180, 180)),
            fence.Number("radius_meters", PlaybookLimits.SmallestRadius, PlaybookLimits.LargestRadius),
            fence.Truth("sensitive"),
            open["time_zone"]?.Zone() ?? ZoneTable.Utc,
            [.. open.Items("hours", PlaybookLimits.OpenHours).Select(Hours)],
            fence["in_stock"]?.Condition(Reach.Moment));
    }

    private static OpenHours Hours(Place place)
    {
        var hours = place.Object(FieldList.OpenHours);
        var open = new OpenHours(Days(hours), hours["from"]?.TimeOfDay() ?? 0, hours["to"]?.TimeOfDay(mayBeEnd: true) ?? 1);
        if (open.From == open.To)
        {
            place.Mistake(PlaybookErrorCode.WrongOrder, "A place closes at another time than it opens.");
        }

        return open;
    }

    private static byte Days(PlaceObject hours)
    {
        if (!hours.Has("days"))
        {
            return EveryDay;
        }

        var days = 0;
        foreach (var place in hours.Items("days", Words.Days.Count))
        {
            days |= 1 << (int)place.OneOf(Words.Days, "day");
        }

        return (byte)days;
    }
}
