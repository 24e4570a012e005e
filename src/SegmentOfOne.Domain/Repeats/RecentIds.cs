using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Repeats;

/// <summary>The slice of a customer that knows which ids were answered: the latest with their turns, older ones perhaps.</summary>
public sealed class RecentIds
{
    private readonly List<SeenId> recent = [];
    private readonly List<SeenId> left = [];

    /// <summary>The latest ids, at most <see cref="Limits.RecentIds"/>, in order of version.</summary>
    public ReadOnlySpan<SeenId> Recent => CollectionsMarshal.AsSpan(recent);

    /// <summary>Ids that are no longer among the recent.</summary>
    public IdFilter Older { get; } = new();

    /// <summary>Ids that left the recent ones since this state was decoded or <see cref="ForgetLeft"/> was called:
    /// whoever keeps the history must be able to find them by hash. Not part of the state.</summary>
    public ReadOnlySpan<SeenId> Left => CollectionsMarshal.AsSpan(left);

    public void ForgetLeft() => left.Clear();

    /// <summary>The turn that answered the id, 0 when it is new, null when only history can tell.</summary>
    public long? AnsweredAt(ulong hash)
    {
        for (var i = recent.Count - 1; i >= 0; i--)
        {
            if (recent[i].Hash == hash)
            {
                return recent[i].Version;
            }
        }

        return Older.MayHave(hash) ? null : 0;
    }

    internal void Add(SeenId id)
    {
        if (recent.Count == Limits.RecentIds)
        {
            left.Add(recent[0]);
            Older.Add(recent[0].Hash);
            recent.RemoveAt(0);
        }

        recent.Add(id);
    }

    /// <summary>Becomes a copy of another.</summary>
    internal void Take(RecentIds other)
    {
        Clear();
        recent.AddRange(other.recent);
        left.AddRange(other.left);
        other.Older.Words.CopyTo(Older.Restore(other.Older.Count));
    }

    /// <summary>Room for so many recent ids, which the caller fills.</summary>
    internal Span<SeenId> Restore(int count)
    {
        CollectionsMarshal.SetCount(recent, count);
        return CollectionsMarshal.AsSpan(recent);
    }

    internal void Clear()
    {
        recent.Clear();
        left.Clear();
        Older.Clear();
    }
}
