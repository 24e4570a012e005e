using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Zones;

/// <summary>What a turn learns about the time where things happen.</summary>
internal static class ZoneTurn
{
    /// <summary>An interaction that names a zone of the table says where the customer is; another name is kept with the interaction and says nothing.</summary>
    public static void Observe(in Draft draft, string? property, Properties properties, Instant at)
    {
        if (property is not null && properties.TryGet(property, out var zone) && ZoneTable.Has(zone.Text)
            && draft.State.Zones.IsNews(zone.Text, at))
        {
            draft.Emit(new ZoneTold(zone.Text, at));
        }
    }

    /// <summary>Reads the table for what decisions at a placement will ask: the clocks of places near the customer, and last, so that
    /// it is surely kept, the customer's own where quiet hours count. Only what has changed is a fact.</summary>
    public static void Adopt(in Draft draft, Playbook playbook, PlacementRule placement, string channel, Instant now)
    {
        if (draft.State.Location.IsKnown(now))
        {
            foreach (var fence in playbook.Location.Fences)
            {
                if (!fence.Open.IsEmpty && Nearness.OfPlace(draft.State.Location, fence, playbook.Location, now) > 0)
                {
                    Adopt(draft, fence.Zone, now);
                }
            }
        }

        if (placement.Direction == Direction.Outbound && playbook.Contact.QuietOn(channel) is not null)
        {
            Adopt(draft, draft.State.Zones.Zone is { Length: > 0 } own ? own : playbook.Contact.DefaultZone, now);
        }
    }

    private static void Adopt(in Draft draft, string zone, Instant now)
    {
        if (ZoneTable.TryOffset(zone, now, out var minutes) && draft.State.Zones.OffsetOf(zone) != minutes)
        {
            draft.Emit(new OffsetAdopted(zone, minutes));
        }
    }
}
