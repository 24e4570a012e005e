using System.Runtime.InteropServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Residents;

/// <summary>When customers are to be looked at, the earliest first: a binary heap outside the collected heap. An entry says what held when it
/// was made; the customer's row says whether it still does.</summary>
internal sealed unsafe class DueHeap : IDisposable
{
    private const int FirstCapacity = 4;
    private Entry* _entries;
    private int _capacity;

    public int Count { get; private set; }

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => (long)_capacity * sizeof(Entry);

    /// <summary>The earliest of a heap that isn't empty.</summary>
    public (long Due, CustomerKey Key) Earliest => (_entries[0].Due, _entries[0].Key);

    public void Add(long due, CustomerKey key)
    {
        if (Count == _capacity)
        {
            Resize(Math.Max(FirstCapacity, _capacity + (_capacity / 2)));
        }

        var place = Count++;
        for (int parent; place > 0 && _entries[parent = (place - 1) / 2].Due > due; place = parent)
        {
            _entries[place] = _entries[parent];
        }

        _entries[place] = new Entry(due, key);
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
        _entries = (Entry*)NativeMemory.Realloc(_entries, (nuint)capacity * (nuint)sizeof(Entry));
        _capacity = capacity;
    }

    /// <summary>The key in halves: whole, it would be aligned to more bytes than it has use for.</summary>
    private readonly struct Entry(long due, CustomerKey key)
    {
        private readonly ulong _upper = (ulong)(key.Value >> 64);
        private readonly ulong _lower = (ulong)key.Value;

        public long Due { get; } = due;

        public CustomerKey Key => new(new UInt128(_upper, _lower));
    }
}
