using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Zones;

/// <summary>The slice of a customer that knows what time it is where things happen: the customer's own zone, and the offsets of the zones
/// that decisions have read. Decisions read offsets here, and never the table, so that they recompute whatever the table says later.</summary>
public sealed class ZoneState
{
    private readonly List<ZoneOffset> offsets = [];

    /// <summary>The customer's zone, a name of the <see cref="ZoneTable"/>; empty while it isn't known.</summary>
    public string Zone { get; internal set; } = "";

    /// <summary>When the customer was in that zone.</summary>
    public Instant ToldAt { get; internal set; }

    /// <summary>The zones read last, at most <see cref="Limits.ZoneOffsets"/>, the latest at the end.</summary>
    public ReadOnlySpan<ZoneOffset> Offsets => CollectionsMarshal.AsSpan(offsets);

    /// <summary>Minutes east of UTC as they were read; null for a zone that wasn't.</summary>
    public int? OffsetOf(string zone)
    {
        foreach (var offset in offsets)
        {
            if (offset.Zone == zone)
            {
                return offset.Minutes;
            }
        }

        return null;
    }

    /// <summary>Whether it changes what is known. The latest by the customer's clock counts; of two at one time, the later name by ordinal comparison.</summary>
    internal bool IsNews(string zone, Instant at) =>
        Zone.Length == 0 || at > ToldAt || (at == ToldAt && string.CompareOrdinal(zone, Zone) > 0);

    internal void Tell(ZoneTold told)
    {
        if (IsNews(told.Zone, told.At))
        {
            (Zone, ToldAt) = (told.Zone, told.At);
        }
    }

    internal void Adopt(OffsetAdopted adopted)
    {
        var place = 0;
        while (place < offsets.Count && offsets[place].Zone != adopted.Zone)
        {
            place++;
        }

        if (place < offsets.Count || offsets.Count == Limits.ZoneOffsets)
        {
            offsets.RemoveAt(place % offsets.Count);
        }

        offsets.Add(new ZoneOffset(adopted.Zone, adopted.Minutes));
    }

    /// <summary>The zone of whoever was seen in it last; offsets that were read stay, then those of the other.</summary>
    internal void Absorb(ZoneState other)
    {
        if (other.Zone.Length > 0)
        {
            Tell(new ZoneTold(other.Zone, other.ToldAt));
        }

        foreach (var offset in other.offsets)
        {
            if (OffsetOf(offset.Zone) is null && offsets.Count < Limits.ZoneOffsets)
            {
                offsets.Add(offset);
            }
        }
    }

    internal void Add(ZoneOffset offset) => offsets.Add(offset);

    internal void Clear()
    {
        (Zone, ToldAt) = ("", default);
        offsets.Clear();
    }
}
