using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// The customers in memory: an index of residents with a lock each shard, their states and unsaved turns in slabs. It is no actor
/// framework: what a customer does, <see cref="LiveCustomer"/> does.
/// </summary>
internal sealed class ResidentIndex : IDisposable
{
    public const int ShardCount = 1024;
    private readonly Shard[] _shards = new Shard[ShardCount];
    private readonly Queue<CustomerKey> _unsaved = [];
    private readonly Queue<CustomerKey> _urgent = [];
    private readonly AutoResetEvent _urgentCame = new(false);
    private long _tailBytes;

    public ResidentIndex(Slabs slabs, IdMemory ids)
    {
        (Slabs, Ids) = (slabs, ids);
        for (var i = 0; i < ShardCount; i++)
        {
            _shards[i] = new Shard();
        }
    }

    public Slabs Slabs { get; }

    /// <summary>Kept of a customer no longer than its state: what is read anew may be another's work.</summary>
    public IdMemory Ids { get; }

    /// <summary>Bytes of turns that the store doesn't have.</summary>
    public long TailBytes => Volatile.Read(ref _tailBytes);

    /// <summary>Set when a customer comes whose checkpoint shall come soon.</summary>
    public WaitHandle UrgentCame => _urgentCame;

    /// <summary>Whether there are such customers.</summary>
    public bool HasUrgent
    {
        get
        {
            lock (_unsaved)
            {
                return _urgent.Count > 0;
            }
        }
    }

    /// <summary>Customers in memory; an estimate while turns go on.</summary>
    public long Count
    {
        get
        {
            var count = 0L;
            foreach (var shard in _shards)
            {
                count += shard.Count;
            }

            return count;
        }
    }

    /// <summary>Customers in memory of whom something may become due by time alone; an estimate while turns go on.</summary>
    public long WithDue
    {
        get
        {
            var count = 0L;
            foreach (var shard in _shards)
            {
                count += shard.WithDue;
            }

            return count;
        }
    }

    /// <summary>Nobody in memory is to be looked at before, in milliseconds since 1970.</summary>
    public long EarliestDue
    {
        get
        {
            var earliest = Resident.Never;
            foreach (var shard in _shards)
            {
                earliest = Math.Min(earliest, shard.EarliestDue);
            }

            return earliest;
        }
    }

    /// <summary>Bytes that due times take: the heaps, and their part of the rows.</summary>
    public long DueBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var shard in _shards)
            {
                bytes += shard.DueBytes + (shard.Capacity * sizeof(long));
            }

            return bytes;
        }
    }

    public Shard ShardOf(CustomerKey key) => _shards[(int)(ulong)(key.Value >> 64) & (ShardCount - 1)];

    public Shard Shard(int number) => _shards[number];

    /// <summary>The turn in a tail's slot: what stands before it.</summary>
    public ref TailTurn Turn(uint slot) => ref Unsafe.As<byte, TailTurn>(ref MemoryMarshal.GetReference(Slabs[slot]));

    /// <summary>The turn in a tail's slot: its bytes, sealed where it says so.</summary>
    public ReadOnlySpan<byte> TurnBytes(uint slot) => Slabs[slot][TailTurn.Size..];

    /// <summary>A slot that holds a turn's bytes, in no tail yet.</summary>
    public bool TryStoreTurn(ReadOnlySpan<byte> turn, bool isSealed, out uint slot)
    {
        if (!Slabs.TryAllocate(TailTurn.Size + turn.Length, out slot))
        {
            return false;
        }

        turn.CopyTo(Slabs[slot][TailTurn.Size..]);
        Turn(slot).IsSealed = isSealed;
        return true;
    }

    /// <summary>Puts a stored turn at the end of a customer's tail; a customer without one begins to wait for a checkpoint.</summary>
    public void AddToTail(ref Resident resident, uint slot, long position)
    {
        ref var turn = ref Turn(slot);
        (turn.Position, turn.LeftVersion) = (position, 0);
        if (resident.Tail == 0)
        {
            turn.Next = slot;
        }
        else
        {
            ref var latest = ref Turn(resident.Tail);
            turn.Next = latest.Next;
            latest.Next = slot;
        }

        resident.Tail = slot;
        Interlocked.Add(ref _tailBytes, Slabs[slot].Length);
        if ((resident.Flags & (ResidentFlags.Queued | ResidentFlags.SetAside)) == 0)
        {
            Enqueue(ref resident);
        }
    }

    /// <summary>Notes which ids left the customer's recent ones by the turn in a slot of its tail: seldom more than one, for which it has room.</summary>
    public void NoteLeft(Shard shard, ref Resident resident, uint slot, ReadOnlySpan<SeenId> left)
    {
        ref var turn = ref Turn(slot);
        foreach (var id in left)
        {
            (turn.LeftHash, turn.LeftVersion) = (id.Hash, id.Version);
            shard.LeftIds[new LeftId(resident.Key, id.Hash)] = id.Version;
        }

        if (left.Length > 1)
        {
            resident.Flags |= ResidentFlags.Unnoted;
        }
    }

    /// <summary>Forgets which ids left a customer's recent ones, where some did by turns without a note of them: the store has all by now, or the turns
    /// that are left are to be folded again.</summary>
    public void ForgetUnnoted(Shard shard, in Resident resident)
    {
        if ((resident.Flags & ResidentFlags.Unnoted) == 0)
        {
            return;
        }

        foreach (var id in shard.LeftIds.Keys)
        {
            if (id.Customer == resident.Key)
            {
                shard.LeftIds.Remove(id);
                Ids.Add(id.Customer, id.Hash);
            }
        }
    }

    /// <summary>Slot of the earliest turn of a tail that isn't empty.</summary>
    public uint Earliest(in Resident resident) => Turn(resident.Tail).Next;

    /// <summary>Frees the earliest turn of a tail: the store has it.</summary>
    public void DropEarliest(Shard shard, ref Resident resident)
    {
        var slot = Earliest(resident);
        if (slot == resident.Tail)
        {
            resident.Tail = 0;
        }
        else
        {
            Turn(resident.Tail).Next = Turn(slot).Next;
        }

        resident.Saved++;
        FreeTurn(shard, resident.Key, slot);
    }

    /// <summary>Frees the turns of a tail that stand at a position of the journal or later: they did not become durable.</summary>
    public void DropFrom(Shard shard, ref Resident resident, long position)
    {
        var (kept, slot, latest) = (0u, Earliest(resident), resident.Tail);
        var earliest = slot;
        while (Turn(slot).Position < position)
        {
            if (slot == latest)
            {
                return;
            }

            kept = slot;
            slot = Turn(slot).Next;
        }

        for (var more = true; more; resident.Version--)
        {
            var next = Turn(slot).Next;
            more = slot != latest;
            FreeTurn(shard, resident.Key, slot);
            slot = next;
        }

        resident.Tail = kept;
        if (kept != 0)
        {
            Turn(kept).Next = earliest;
        }
    }

    /// <summary>Makes a customer wait for a checkpoint.</summary>
    public void Enqueue(ref Resident resident)
    {
        resident.Flags |= ResidentFlags.Queued;
        lock (_unsaved)
        {
            _unsaved.Enqueue(resident.Key);
        }
    }

    /// <summary>Makes a customer whose tail isn't empty wait for a checkpoint that comes soon: its turn left something that others wait for.</summary>
    public void Hurry(ref Resident resident)
    {
        if ((resident.Flags & (ResidentFlags.Urgent | ResidentFlags.SetAside)) != 0)
        {
            return;
        }

        resident.Flags |= ResidentFlags.Urgent;
        lock (_unsaved)
        {
            _urgent.Enqueue(resident.Key);
        }

        _urgentCame.Set();
    }

    /// <summary>Takes the customer that has waited longest for a checkpoint, one that shall come soon before all others.</summary>
    /// <param name="urgentOnly">None but such a one.</param>
    /// <param name="urgent">Whether it is one.</param>
    public bool TryDequeue(bool urgentOnly, out CustomerKey key, out bool urgent)
    {
        lock (_unsaved)
        {
            urgent = _urgent.TryDequeue(out key);
            return urgent || (!urgentOnly && _unsaved.TryDequeue(out key));
        }
    }

    /// <summary>A slot for a customer's next state: the present one where it suits. False when the memory budget has no room.
    /// Nothing changes until <see cref="PutState"/>.</summary>
    public bool TryReserveState(uint present, int length, out uint slot)
    {
        slot = present;
        return (present != 0 && Slabs.Suits(present, length)) || Slabs.TryAllocate(length, out slot);
    }

    /// <summary>Puts a state into the slot reserved for it, in place of the present one. The bytes may be the present one's own.</summary>
    public void PutState(ref Resident resident, uint slot, ReadOnlySpan<byte> state)
    {
        Slabs.Fill(slot, state);
        if (slot != resident.State)
        {
            FreeState(ref resident);
            resident.State = slot;
        }
    }

    /// <summary>Lets go of a state, which is to be read anew.</summary>
    public void DropState(ref Resident resident)
    {
        Ids.Drop(resident.Key);
        FreeState(ref resident);
    }

    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            lock (shard.Gate)
            {
                shard.Dispose();
            }
        }

        Slabs.Dispose();
        _urgentCame.Dispose();
    }

    private void FreeState(ref Resident resident)
    {
        if (resident.State != 0)
        {
            Slabs.Free(resident.State);
            resident.State = 0;
        }
    }

    private void FreeTurn(Shard shard, CustomerKey key, uint slot)
    {
        ref var turn = ref Turn(slot);
        if (turn.LeftVersion != 0)
        {
            shard.LeftIds.Remove(new LeftId(key, turn.LeftHash));
            Ids.Add(key, turn.LeftHash);
        }

        Interlocked.Add(ref _tailBytes, -Slabs[slot].Length);
        Slabs.Free(slot);
    }
}
