using System.Runtime.InteropServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Residents;

/// <summary>When customers of a shard are to be looked at, the earliest first: a binary heap outside the collected heap. An entry says what held when
/// it was made, and half of the customer's key; the row that has both says whose it is, if it still holds.</summary>
internal sealed unsafe class DueHeap : IDisposable
{
    private const int FirstCapacity = 4;
    private DueEntry* _entries;
    private int _capacity;

    public int Count { get; private set; }

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => (long)_capacity * sizeof(DueEntry);

    /// <summary>The earliest of a heap that isn't empty.</summary>
    public DueEntry Earliest => _entries[0];

    public void Add(DueEntry entry)
    {
        if (Count == _capacity)
        {
            Resize(Math.Max(FirstCapacity, _capacity + (_capacity / 4)));
        }

        var place = Count++;
        for (int parent; place > 0 && _entries[parent = (place - 1) / 2].Due > entry.Due; place = parent)
        {
            _entries[place] = _entries[parent];
        }

        _entries[place] = entry;
    }

    /// <summary>Takes the earliest out of a heap that isn't empty.</summary>
    public void RemoveEarliest()
    {
        var last = _entries[--Count];
        var place = 0;
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= Count)
            {
                break;
            }

            child += child + 1 < Count && _entries[child + 1].Due < _entries[child].Due ? 1 : 0;
            if (_entries[child].Due >= last.Due)
            {
                break;
            }

            _entries[place] = _entries[child];
            place = child;
        }

        _entries[place] = last;
    }

    /// <summary>Takes all out, and makes room for some.</summary>
    public void Clear(int room)
    {
        Count = 0;
        Resize(Math.Max(FirstCapacity, room));
    }

    /// <summary>Takes all out, and lets their memory go but for a little.</summary>
    public void Clear()
    {
        Count = 0;
        if (_capacity > FirstCapacity)
        {
            Resize(FirstCapacity);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_entries);
        _entries = null;
        (_capacity, Count) = (0, 0);
    }

    private void Resize(int capacity)
    {
        _entries = (DueEntry*)NativeMemory.Realloc(_entries, (nuint)capacity * (nuint)sizeof(DueEntry));
        _capacity = capacity;
    }
}

/// <param name="Due">In milliseconds since 1970.</param>
/// <param name="Half">The half of the customer's key that doesn't choose its shard.</param>
internal readonly record struct DueEntry(long Due, ulong Half)
{
    public DueEntry(long due, CustomerKey key)
        : this(due, (ulong)key.Value)
    {
    }
}
