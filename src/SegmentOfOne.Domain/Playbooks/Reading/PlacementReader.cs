using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

internal static class PlacementReader
{
    private static readonly TimeSpan ShortestReserve = TimeSpan.FromSeconds(1);

    /// <summary>The placements, still without candidates.</summary>
    public static List<PlacementRule> Read(List<KeyValuePair<string, Place>> placements) =>
        placements.ConvertAll(member => Placement(member.Key, member.Value));

    private static PlacementRule Placement(string name, Place place)
    {
        place.IsId(name);
        var placement = place.Object(FieldList.Placement);
        placement["description"]?.Text(PlaybookLimits.DescriptionLength);
        var direction = placement["direction"]?.OneOf(Words.Directions, "direction") ?? Direction.Inbound;
        ImmutableArray<string> channels =
            [.. placement.Items("channels", PlaybookLimits.ChannelsOfPlacement).Select(channel => channel.Term(Limits.ChannelBytes))];
        if (direction == Direction.Outbound && channels.IsEmpty)
        {
            place.Mistake(PlaybookErrorCode.MissingField, "An outbound placement names the channels on which it goes.");
        }

        return new PlacementRule(name, channels, [])
        {
            Direction = direction,
            Reserve = placement["reserve"]?.Duration(ShortestReserve, Limits.TouchWindow)
                ?? (direction == Direction.Outbound ? PlacementRule.UsualReserve : null),
        };
    }
}
