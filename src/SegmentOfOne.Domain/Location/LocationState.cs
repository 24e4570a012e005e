using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Location;

/// <summary>The slice of a customer that says where it is: no more than the nearest point of a grid of about a kilometre, no longer than
/// a day, and only with consent.</summary>
public sealed class LocationState
{
    private readonly List<FenceVisit> visits = [];

    /// <summary>When the customer was there; null when nothing is known.</summary>
    public Instant? At { get; private set; }

    /// <summary>Where, rounded to the grid; without meaning when nothing is known.</summary>
    public Coordinates Position { get; private set; }

    /// <summary>By car; else on foot.</summary>
    public bool Driving { get; private set; }

    /// <summary>In no order; at most <see cref="Limits.FenceVisits"/>.</summary>
    public ReadOnlySpan<FenceVisit> Visits => CollectionsMarshal.AsSpan(visits);

    /// <summary>Whether something is known that is not too old at a time.</summary>
    public bool IsKnown(Instant at) => At is { } noted && noted + Limits.LocationKept > at;

    /// <summary>Whether the customer has entered a fence and hasn't left it, by what is known at a time.</summary>
    public bool IsIn(string fence, Instant at) => IsKnown(at) && Visit(fence) is { IsEntered: true };

    public FenceVisit? Visit(string fence)
    {
        foreach (var visit in visits)
        {
            if (visit.Fence == fence)
            {
                return visit;
            }
        }

        return null;
    }

    internal void Note(LocationNoted noted) => Restore(noted.At, noted.Position, noted.Driving);

    internal void Change(FenceChanged changed)
    {
        var place = visits.FindIndex(visit => visit.Fence == changed.Fence);
        var before = place < 0 ? new FenceVisit(changed.Fence, null, null, false) : visits[place];
        var after = changed.Phase switch
        {
            FencePhase.Approached => before with { Since = changed.At, IsEntered = false },
            FencePhase.Entered => before with { EnteredAt = changed.At, IsEntered = true },
            FencePhase.Left => before with { Since = null, IsEntered = false },
            _ => throw new System.Diagnostics.UnreachableException($"fence {changed.Phase}"),
        };
        if (place >= 0)
        {
            visits[place] = after;
            return;
        }

        if (visits.Count == Limits.FenceVisits)
        {
            visits.RemoveAt(LeastMissed());
        }

        visits.Add(after);
    }

    internal void Restore(Instant at, Coordinates position, bool driving) => (At, Position, Driving) = (at, position, driving);

    /// <summary>Where whoever was noted last is.</summary>
    internal void Absorb(LocationState other)
    {
        if (other.At is { } at && !(At >= at))
        {
            Clear();
            Restore(at, other.Position, other.Driving);
            visits.AddRange(other.visits);
        }
    }

    internal void Add(FenceVisit visit) => visits.Add(visit);

    internal void Clear()
    {
        (At, Position, Driving) = (null, default, false);
        visits.Clear();
    }

    /// <summary>A fence that was left before one that the customer is at; of those the one entered longest ago, or never.</summary>
    private int LeastMissed()
    {
        var least = 0;
        for (var i = 1; i < visits.Count; i++)
        {
            var (a, b) = (visits[i], visits[least]);
            if (a.Since is null != b.Since is null ? a.Since is null : (a.EnteredAt ?? Instant.Min) < (b.EnteredAt ?? Instant.Min))
            {
                least = i;
            }
        }

        return least;
    }
}
