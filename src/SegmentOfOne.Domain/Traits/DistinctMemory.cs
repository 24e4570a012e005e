using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Traits;

/// <summary>How many different values, known by 32 bits of their hash, the same for every customer. Exact below <see cref="Limits.TraitDistinct"/>, but for
/// one chance in two million that two of them share a hash; from there on it stays at that. The latest ones are kept; of those of one slot, the larger hashes.</summary>
public sealed class DistinctMemory : TraitMemory
{
    private readonly List<Hashed> values = new(Limits.TraitDistinct);

    internal DistinctMemory()
        : base(TraitKind.Distinct)
    {
    }

    /// <summary>In order of hash.</summary>
    internal ReadOnlySpan<Hashed> Values => CollectionsMarshal.AsSpan(values);

    public override double Number(Instant at)
    {
        var slots = SlotsAt(at);
        var count = 0;
        foreach (var value in values)
        {
            count += Newest - value.Slot < slots ? 1 : 0;
        }

        return count;
    }

    internal override void Add(PropertyValue value, Instant at)
    {
        if (!TryPlace(at, out _))
        {
            return;
        }

        RemoveOld();
        Add(new Hashed((uint)StableHash.Of(value), SlotOf(at)));
    }

    private void Add(in Hashed found)
    {
        var index = IndexOf(found.Hash);
        if (index >= 0)
        {
            values[index] = found with { Slot = Math.Max(found.Slot, values[index].Slot) };
        }
        else if (values.Count < Limits.TraitDistinct)
        {
            values.Insert(~index, found);
        }
        else if (Oldest() is var oldest && values[oldest].IsBefore(found))
        {
            values.RemoveAt(oldest);
            values.Insert(~IndexOf(found.Hash), found);
        }
    }

    internal override bool Holds(int place)
    {
        foreach (var value in values)
        {
            if ((value.Slot & (Limits.TraitSlots - 1)) == place)
            {
                return true;
            }
        }

        return false;
    }

    internal void AddValue(Hashed value) => values.Add(value);

    private protected override void Forget() => values.Clear();

    private protected override void Drop(int place)
    {
        // By age, once it is known what is newest: RemoveOld.
    }

    private protected override void Absorbed(TraitMemory other)
    {
        RemoveOld();
        foreach (var value in ((DistinctMemory)other).values)
        {
            if (Newest - value.Slot < Limits.TraitSlots)
            {
                Add(value);
            }
        }
    }

    private void RemoveOld()
    {
        for (var i = values.Count - 1; i >= 0; i--)
        {
            if (Newest - values[i].Slot >= Limits.TraitSlots)
            {
                values.RemoveAt(i);
            }
        }
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < values.Count; i++)
        {
            oldest = values[i].IsBefore(values[oldest]) ? i : oldest;
        }

        return oldest;
    }

    /// <summary>The place of a hash, or the complement of where it would stand.</summary>
    private int IndexOf(uint hash)
    {
        var (first, after) = (0, values.Count);
        while (first < after)
        {
            var middle = (first + after) >>> 1;
            if (values[middle].Hash == hash)
            {
                return middle;
            }

            (first, after) = values[middle].Hash < hash ? (middle + 1, after) : (first, middle);
        }

        return ~first;
    }

    /// <summary>A value by its hash, and the slot in which it occurred last.</summary>
    internal readonly record struct Hashed(uint Hash, long Slot)
    {
        public bool IsBefore(in Hashed other) => Slot != other.Slot ? Slot < other.Slot : Hash < other.Hash;
    }
}
