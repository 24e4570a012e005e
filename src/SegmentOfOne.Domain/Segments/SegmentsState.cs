using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Segments;

/// <summary>The slice of a customer that says which segments it is in.</summary>
public sealed class SegmentsState
{
    private readonly List<SegmentStay> stays = [];

    /// <summary>In ordinal order of name, at most <see cref="Playbooks.PlaybookLimits.Segments"/>.</summary>
    public ReadOnlySpan<SegmentStay> Stays => CollectionsMarshal.AsSpan(stays);

    public bool Has(string segment) => PlaceOf(segment) >= 0;

    /// <summary>Since when the customer is in a segment; null when it isn't.</summary>
    public Instant? Since(string segment) => PlaceOf(segment) is var place and >= 0 ? stays[place].Since : null;

    internal void Enter(SegmentEntered entered)
    {
        var place = PlaceOf(entered.Segment);
        if (place < 0)
        {
            stays.Insert(~place, new SegmentStay(entered.Segment, entered.At));
        }
    }

    internal void Leave(SegmentLeft left)
    {
        var place = PlaceOf(left.Segment);
        if (place >= 0)
        {
            stays.RemoveAt(place);
        }
    }

    internal void Add(SegmentStay stay) => stays.Add(stay);

    internal void Clear() => stays.Clear();

    /// <summary>The place of a segment, or the complement of where it would stand.</summary>
    private int PlaceOf(string segment)
    {
        var (first, after) = (0, stays.Count);
        while (first < after)
        {
            var middle = (first + after) >>> 1;
            var order = string.CompareOrdinal(stays[middle].Segment, segment);
            if (order == 0)
            {
                return middle;
            }

            (first, after) = order < 0 ? (middle + 1, after) : (first, middle);
        }

        return ~first;
    }
}
