using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// One part of the index: a lock, and a table with open addressing whose rows lie outside the collected heap.
/// Everything but <see cref="Gate"/> is used under it, for as long as a turn's computing takes, never across I/O or an await.
/// </summary>
internal sealed unsafe class Shard : IDisposable
{
    private const int FirstCapacity = 8;

    /// <summary>Entries of the heap that may be out of date before it is made anew, however few there are.</summary>
    private const int LeastStale = 8;

    private readonly DueHeap _dues = new();
    private Resident* _rows;
    private int _capacity;
    private int _withDue;
    private long _earliestDue = Resident.Never;

    public Lock Gate { get; } = new();

    public int Count { get; private set; }

    public int Capacity => _capacity;

    /// <summary>Changes whenever what the store has of a customer here may have changed: whoever reads the store without the lock compares.</summary>
    public long Epoch { get; set; }

    /// <summary>Ids that left the recent ones of a customer by a turn that the store doesn't have yet, with the turns that answered them.</summary>
    public Dictionary<LeftId, long> LeftIds { get; } = [];

    /// <summary>Nobody here is to be looked at before, in milliseconds since 1970. Can be read without the lock.</summary>
    public long EarliestDue => Volatile.Read(ref _earliestDue);

    /// <summary>Customers here of whom something may become due. Can be read without the lock.</summary>
    public int WithDue => Volatile.Read(ref _withDue);

    /// <summary>Bytes that the heap of due times takes.</summary>
    public long DueBytes => _dues.Bytes;

    /// <summary>The row of a customer; a null reference when there is none. Valid until the next <see cref="Add"/> or <see cref="Remove"/>.</summary>
    public ref Resident Find(CustomerKey key)
    {
        if (_capacity > 0)
        {
            for (var i = Home(key); (_rows[i].Flags & ResidentFlags.Taken) != 0; i = i + 1 == _capacity ? 0 : i + 1)
            {
                if (_rows[i].Key == key)
                {
                    return ref _rows[i];
                }
            }
        }

        return ref Unsafe.NullRef<Resident>();
    }

    /// <summary>A row that an entry holds for; a null reference when there is none.</summary>
    private ref Resident Find(DueEntry entry)
    {
        if (_capacity > 0)
        {
            for (var i = Home(entry.Half); (_rows[i].Flags & ResidentFlags.Taken) != 0; i = i + 1 == _capacity ? 0 : i + 1)
            {
                if (_rows[i].Due == entry.Due && (ulong)_rows[i].Key.Value == entry.Half)
                {
                    return ref _rows[i];
                }
            }
        }

        return ref Unsafe.NullRef<Resident>();
    }

    /// <summary>The row at a place of the table; its key says nothing unless <see cref="ResidentFlags.Taken"/>.</summary>
    public ref Resident At(int place) => ref _rows[place];

    /// <summary>A row for a customer that has none.</summary>
    public ref Resident Add(CustomerKey key)
    {
        if ((Count + 1) * 5L > _capacity * 4L)
        {
            Resize(Math.Max(FirstCapacity, _capacity + (_capacity / 4)));
        }

        Count++;
        ref var row = ref Empty(key);
        row = new Resident { Key = key, Due = Resident.Never, Flags = ResidentFlags.Taken };
        return ref row;
    }

    /// <summary>Takes a row out, and moves up those that stood behind it because of it.</summary>
    public void Remove(ref Resident row)
    {
        _withDue -= row.Due != Resident.Never ? 1 : 0;
        var hole = (int)(((byte*)Unsafe.AsPointer(ref row) - (byte*)_rows) / sizeof(Resident));
        for (var i = hole; ;)
        {
            i = i + 1 == _capacity ? 0 : i + 1;
            if ((_rows[i].Flags & ResidentFlags.Taken) == 0)
            {
                break;
            }

            // A row may move up unless that put it before its home.
            var home = Home(_rows[i].Key);
            if (hole <= i ? home <= hole || home > i : home <= hole && home > i)
            {
                _rows[hole] = _rows[i];
                hole = i;
            }
        }

        _rows[hole] = default;
        Count--;
        if (_capacity > FirstCapacity && Count * 4L < _capacity)
        {
            Resize(Math.Max(FirstCapacity, _capacity / 2));
        }

        Tidy();
    }

    /// <summary>Says when to look at a customer.</summary>
    public void SetDue(ref Resident row, long due)
    {
        if (row.Due == due)
        {
            return;
        }

        _withDue += (due != Resident.Never ? 1 : 0) - (row.Due != Resident.Never ? 1 : 0);
        row.Due = due;
        if (due != Resident.Never)
        {
            _dues.Add(new DueEntry(due, row.Key));
        }

        Tidy();
    }

    /// <summary>Takes the customer out that is to be looked at first, if that is by <paramref name="now"/>.</summary>
    public bool TryTakeDue(long now, out CustomerKey key)
    {
        while (_dues.Count > 0 && _dues.Earliest.Due <= now)
        {
            ref var row = ref Find(_dues.Earliest);
            _dues.RemoveEarliest();
            if (!Unsafe.IsNullRef(ref row))
            {
                key = row.Key;
                SetDue(ref row, Resident.Never);
                return true;
            }
        }

        key = default;
        Publish();
        return false;
    }

    public void Dispose()
    {
        _dues.Dispose();
        NativeMemory.Free(_rows);
        _rows = null;
        _capacity = 0;
    }

    // Keys are hashes already; the half that didn't choose the shard chooses the row.
    private int Home(CustomerKey key) => Home((ulong)key.Value);

    private int Home(ulong half) => (int)Math.BigMul(half, (ulong)_capacity, out _);

    private ref Resident Empty(CustomerKey key)
    {
        var i = Home(key);
        while ((_rows[i].Flags & ResidentFlags.Taken) != 0)
        {
            i = i + 1 == _capacity ? 0 : i + 1;
        }

        return ref _rows[i];
    }

    /// <summary>Keeps what is out of date in the heap from outgrowing what isn't.</summary>
    private void Tidy()
    {
        if (_withDue == 0)
        {
            _dues.Clear();
        }
        else if (_dues.Count > _withDue + (_withDue / 2) + LeastStale)
        {
            Rebuild();
        }

        Publish();
    }

    private void Publish() => Volatile.Write(ref _earliestDue, _dues.Count > 0 ? _dues.Earliest.Due : Resident.Never);

    /// <summary>Makes the heap anew of what rows say.</summary>
    private void Rebuild()
    {
        _dues.Clear(_withDue + (_withDue / 4));
        for (var place = 0; place < _capacity; place++)
        {
            ref var row = ref _rows[place];
            if ((row.Flags & ResidentFlags.Taken) != 0 && row.Due != Resident.Never)
            {
                _dues.Add(new DueEntry(row.Due, row.Key));
            }
        }
    }

    private void Resize(int capacity)
    {
        var (rows, before) = ((nint)_rows, _capacity);
        _rows = (Resident*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Resident));
        _capacity = capacity;
        for (var i = 0; i < before; i++)
        {
            ref var row = ref ((Resident*)rows)[i];
            if ((row.Flags & ResidentFlags.Taken) != 0)
            {
                Empty(row.Key) = row;
            }
        }

        NativeMemory.Free((void*)rows);
    }
}

/// <summary>An interaction id of a customer, by its hash.</summary>
internal readonly record struct LeftId(CustomerKey Customer, ulong Hash);
