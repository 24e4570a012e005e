using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// Lets idle customers leave memory: by age, a part of the index at a time; and, when memory is short, the longest untouched first
/// until there is room. Only customers whose turns the store has all can leave; the others do after their checkpoint.
/// </summary>
internal sealed class Eviction(CustomerHome home)
{
    /// <summary>Parts in which the index is looked through for age.</summary>
    private const int Parts = 32;

    /// <summary>Of the memory budget: from here on room is made, until no more than so much is used.</summary>
    private const double High = 0.92;
    private const double Low = 0.80;

    /// <summary>Who is to be looked at within so many milliseconds stays: it would be read again at once.</summary>
    private const long DueSoon = 5_000;

    private readonly List<CustomerKey> _leaving = [];
    private int _part;

    public bool IsMemoryShort => Slabs.ReservedBytes > Slabs.BudgetBytes * High;

    private Slabs Slabs => home.Residents.Slabs;

    /// <summary>Looks through the next part of the index for customers that have been idle too long; how many left.</summary>
    public int Sweep()
    {
        const int Size = ResidentIndex.ShardCount / Parts;
        var idle = home.IdleSeconds;
        var left = 0;
        for (var i = 0; i < Size; i++)
        {
            left += Sweep(home.Residents.Shard((_part * Size) + i), idle);
        }

        _part = (_part + 1) % Parts;
        return left;
    }

    /// <summary>Makes room when memory is short; how many customers left.</summary>
    public int MakeRoom()
    {
        var left = 0;
        if (!IsMemoryShort)
        {
            return left;
        }

        // Half as idle each time round: nearly in the order of the last touch, without keeping that order anywhere.
        for (var idle = (uint)Math.Max(1, home.Options.IdleAfter.TotalSeconds); IsUsedUp; idle /= 2)
        {
            for (var shard = 0; shard < ResidentIndex.ShardCount && IsUsedUp; shard++)
            {
                left += Sweep(home.Residents.Shard(shard), idle);
            }

            if (idle == 0)
            {
                break;
            }
        }

        // What left has left holes. Slabs that are mostly holes are emptied into others, so that the memory serves any size again.
        if (Slabs.DrainSparse())
        {
            for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
            {
                Compact(home.Residents, home.Residents.Shard(shard));
            }
        }

        return left;
    }

    /// <summary>Moves states out of slabs that are being emptied.</summary>
    internal static void Compact(ResidentIndex residents, Shard shard)
    {
        var slabs = residents.Slabs;
        lock (shard.Gate)
        {
            for (var place = 0; place < shard.Capacity; place++)
            {
                ref var resident = ref shard.At(place);
                if (resident.State != 0 && slabs.IsDraining(resident.State) && slabs.TryAllocate(slabs[resident.State].Length, out var slot))
                {
                    residents.PutState(ref resident, slot, slabs[resident.State]);
                }
            }
        }
    }

    private bool IsUsedUp => Slabs.UsedBytes > Slabs.BudgetBytes * Low;

    private int Sweep(Shard shard, uint idle)
    {
        lock (shard.Gate)
        {
            var now = home.Seconds;
            var soon = idle == 0 ? long.MinValue : home.Now.UnixMilliseconds + DueSoon;
            _leaving.Clear();
            for (var place = 0; place < shard.Capacity; place++)
            {
                ref var resident = ref shard.At(place);
                const ResidentFlags Stays = ResidentFlags.Queued | ResidentFlags.SetAside | ResidentFlags.Erasing;
                if ((resident.Flags & (ResidentFlags.Taken | Stays)) == ResidentFlags.Taken && resident.Tail == 0 && now - resident.Touched >= idle
                    && resident.Due >= soon)
                {
                    _leaving.Add(resident.Key);
                }
            }

            foreach (var key in _leaving)
            {
                ref var resident = ref shard.Find(key);
                home.Residents.DropState(ref resident);
                shard.Remove(ref resident);
            }

            return _leaving.Count;
        }
    }
}
