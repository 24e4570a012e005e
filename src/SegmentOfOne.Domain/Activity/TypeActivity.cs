using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Activity;

/// <summary>One interaction type of a customer: its tally and the times of its latest occurrences.</summary>
public sealed class TypeActivity
{
    private readonly List<Instant> recent = [];

    /// <summary>The type; empty for all the types together that found no room of their own.</summary>
    public string Type { get; internal set; } = "";

    public Tally Tally { get; internal set; }

    /// <summary>Times of the latest occurrences, at most <see cref="Limits.RecentOccurrences"/>, in order.</summary>
    public ReadOnlySpan<Instant> Recent => CollectionsMarshal.AsSpan(recent);

    /// <summary>Occurrences later than a time. <see cref="Instant.Min"/>: all there ever were; otherwise at most
    /// <see cref="Limits.RecentOccurrences"/>.</summary>
    public long CountAfter(Instant since)
    {
        if (since == Instant.Min)
        {
            return Tally.Count;
        }

        var times = Recent;
        int earlier = 0, later = times.Length;
        while (earlier < later)
        {
            var middle = (earlier + later) >>> 1;
            (earlier, later) = times[middle] > since ? (earlier, middle) : (middle + 1, later);
        }

        return times.Length - earlier;
    }

    internal void Add(Instant at)
    {
        Tally = Tally.With(at);
        var place = recent.Count;
        while (place > 0 && recent[place - 1] > at)
        {
            place--;
        }

        if (recent.Count == Limits.RecentOccurrences)
        {
            if (place == 0)
            {
                return;
            }

            recent.RemoveAt(0);
            place--;
        }

        recent.Insert(place, at);
    }

    /// <summary>Adds the occurrences of another customer's; the latest of both stay.</summary>
    internal void Absorb(TypeActivity other)
    {
        var tally = Tally.With(other.Tally);
        foreach (var at in other.Recent)
        {
            Add(at);
        }

        Tally = tally;
    }

    /// <summary>Room for so many recent times, which the caller fills.</summary>
    internal Span<Instant> Restore(int count)
    {
        CollectionsMarshal.SetCount(recent, count);
        return CollectionsMarshal.AsSpan(recent);
    }

    internal void Clear()
    {
        Tally = default;
        recent.Clear();
    }
}
