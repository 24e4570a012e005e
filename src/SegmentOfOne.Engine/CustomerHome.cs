using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine;

/// <summary>Where customers live on this machine: what a <see cref="LiveCustomer"/> works with, and how one comes into memory.</summary>
internal sealed class CustomerHome : IDisposable
{
    private readonly ThreadLocal<Workbench> _benches;
    private readonly Dictionary<CustomerKey, Task<Activation>> _activations = [];
    private readonly long _began;

    public CustomerHome(EngineOptions options, CustomerStore store, ReaderPool readers, PlaybookShelf playbooks, IJournalStorage storage)
    {
        Options = options;
        Readers = readers;
        Playbooks = playbooks;
        Figures = new Figures(Instant.From(options.Time.GetUtcNow()));
        Residents = new ResidentIndex(new Slabs(options.MemoryBudgetBytes));
        Journal = new Journal(storage, options.MaxPendingTurns, options.MaxPendingBytes, Undo);
        _began = options.Time.GetTimestamp();
        _benches = new ThreadLocal<Workbench>(() => new Workbench(store.Secret), trackAllValues: true);
    }

    public EngineOptions Options { get; }

    public ReaderPool Readers { get; }

    public PlaybookShelf Playbooks { get; }

    public Figures Figures { get; }

    public ResidentIndex Residents { get; }

    public Journal Journal { get; }

    /// <summary>The calling thread's.</summary>
    public Workbench Bench => _benches.Value!;

    public Instant Now => Instant.From(Options.Time.GetUtcNow());

    /// <summary>Seconds since this process began.</summary>
    public uint Seconds => (uint)Options.Time.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Set once: no new turns.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Called when memory is short.</summary>
    public Action? MakeRoom { get; set; }

    /// <summary>Every turn acknowledged before this time is in the store.</summary>
    public Instant AsOf
    {
        get
        {
            var now = Now;
            return Journal.OldestUnsaved is { } oldest ? Instant.Earlier(now, new Instant(oldest)) : now;
        }
    }

    public ProcessFigures ProcessFigures() => new(
        Figures.StartedAt,
        Figures.Refused,
        Figures.Overloaded,
        Figures.Unavailable,
        Residents.Count,
        Residents.Slabs.ReservedBytes,
        Residents.Slabs.BudgetBytes,
        Journal.UnsavedTurns,
        Residents.TailBytes,
        Journal.Bytes);

    /// <summary>Takes the turns into memory that only the journal has. Their customers are read when they are touched or checkpointed.</summary>
    public void Recover() => Journal.Recover((position, bytes) =>
    {
        for (var entries = BatchFormat.Open(bytes, position); entries.MoveNext();)
        {
            var shard = Residents.ShardOf(entries.Key);
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(entries.Key);
                if (Unsafe.IsNullRef(ref resident))
                {
                    resident = ref shard.Add(entries.Key);
                    resident.Version = resident.Saved = entries.Version - 1;
                }

                if (entries.Version <= resident.Version)
                {
                    // The same commit, stored twice.
                    Journal.Saved(position, 1);
                    continue;
                }

                if (entries.Version > resident.Version + 1)
                {
                    // A batch between was let go, so the store has everything up to it.
                    DropSaved(shard, ref resident, resident.Version);
                    resident.Version = resident.Saved = entries.Version - 1;
                }

                if (!Residents.TryStoreTurn(entries.Turn, out var slot))
                {
                    throw new InvalidOperationException(
                        $"The memory budget of {Options.MemoryBudgetBytes} bytes has no room for the journal's unsaved turns.");
                }

                Residents.AddToTail(ref resident, slot, position);
                resident.Version = entries.Version;
            }
        }
    });

    /// <summary>Brings a customer into memory. Callers of one customer share one reading.</summary>
    public Task<Activation> Activate(CustomerKey key)
    {
        lock (_activations)
        {
            if (_activations.TryGetValue(key, out var underWay))
            {
                return underWay;
            }

            var activation = Readers.Run(reader =>
            {
                try
                {
                    return reader.AtOnce(key, from => Activate(from, key));
                }
                finally
                {
                    lock (_activations)
                    {
                        _activations.Remove(key);
                    }
                }
            });
            if (!activation.IsCompleted)
            {
                _activations.Add(key, activation);
            }

            return activation;
        }
    }

    /// <summary>What showing a customer must wait for. To be asked under its lock.</summary>
    public Task CommitOf(in Resident resident) =>
        resident.Tail == 0 ? Task.CompletedTask : Journal.Committed(Residents.Turn(resident.Tail).Position);

    /// <summary>Lets go of the turns up to a version that the store has.</summary>
    public void DropSaved(Shard shard, ref Resident resident, long upTo)
    {
        while (resident.Tail != 0 && resident.Saved < upTo)
        {
            Journal.Saved(Residents.Turn(Residents.Earliest(resident)).Position, 1);
            Residents.DropEarliest(shard, ref resident);
        }
    }

    public CustomersUnavailableException NoMemory()
    {
        MakeRoom?.Invoke();
        return new CustomersUnavailableException(
            Unavailability.Overloaded, "The memory for resident customers is full.", TimeSpan.FromMilliseconds(200));
    }

    public void Dispose()
    {
        Journal.Dispose();
        foreach (var bench in _benches.Values)
        {
            bench.Keys.Dispose();
        }

        _benches.Dispose();
        Residents.Dispose();
    }

    private Activation Activate(StoreReader reader, CustomerKey key)
    {
        var shard = Residents.ShardOf(key);
        while (true)
        {
            long epoch;
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(key);
                if (!Unsafe.IsNullRef(ref resident) && resident.State != 0)
                {
                    return new Activation(true, shard.Epoch);
                }

                epoch = shard.Epoch;
            }

            // Other turns of this shard go on while the store is read; if a checkpoint does too, what was read may be old.
            var found = reader.TryFind(key, out var stored);
            try
            {
                lock (shard.Gate)
                {
                    if (shard.Epoch == epoch)
                    {
                        return new Activation(Settle(shard, key, found, stored), epoch);
                    }
                }
            }
            finally
            {
                reader.Release();
            }
        }
    }

    /// <summary>Makes a customer resident with its stored state and the turns after it; false: there is no such customer.</summary>
    private bool Settle(Shard shard, CustomerKey key, bool found, in StoredCustomer stored)
    {
        ref var resident = ref shard.Find(key);
        if (Unsafe.IsNullRef(ref resident))
        {
            if (!found)
            {
                return false;
            }

            if (!Residents.TryReserveState(0, stored.State.Length, out var slot))
            {
                throw NoMemory();
            }

            resident = ref shard.Add(key);
            resident.Version = resident.Saved = stored.Version;
            resident.Touched = Seconds;
            Residents.PutState(ref resident, slot, stored.State);
            return true;
        }

        if (resident.State == 0)
        {
            DropSaved(shard, ref resident, stored.Version);
            var state = Bench.State;
            state.Reset(key);
            if (found)
            {
                Stored.ReadState(state, stored.State);
            }

            FoldTail(shard, ref resident, state);
            var writer = new ByteWriter(Bench.StateBytes);
            StateFormat.Write(state, ref writer);
            var room = Residents.TryReserveState(0, writer.Written.Length, out var slot);
            if (room)
            {
                Residents.PutState(ref resident, slot, writer.Written);
                resident.Version = state.Version;
                resident.Saved = resident.Tail == 0 ? state.Version : resident.Saved;
                resident.Touched = Seconds;
            }

            writer.Dispose();
            if (!room)
            {
                throw NoMemory();
            }
        }

        return true;
    }

    /// <summary>Folds a customer's unsaved turns onto its stored state.</summary>
    public void FoldTail(Shard shard, ref Resident resident, CustomerState state)
    {
        if (resident.Tail == 0)
        {
            return;
        }

        for (var slot = Residents.Earliest(resident); ; slot = Residents.Turn(slot).Next)
        {
            Stored.Fold(state, Stored.ReadTurn(state.Key, Residents.TurnBytes(slot)));
            foreach (var left in state.Ids.Left)
            {
                Residents.NoteLeft(shard, state.Key, slot, left);
            }

            state.Ids.ForgetLeft();
            if (slot == resident.Tail)
            {
                return;
            }
        }
    }

    /// <summary>Undoes the turns of a batch that did not become durable: their customers go back to what is committed,
    /// and are read again when they are touched.</summary>
    private void Undo(JournalBatch batch)
    {
        for (var entries = batch.Entries(); entries.MoveNext();)
        {
            var shard = Residents.ShardOf(entries.Key);
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(entries.Key);
                if (Unsafe.IsNullRef(ref resident) || resident.Tail == 0)
                {
                    continue;
                }

                Residents.DropFrom(shard, ref resident, batch.Position);
                Residents.DropState(ref resident);
                if (resident.Tail == 0)
                {
                    shard.Remove(ref resident);
                }
            }
        }
    }
}

/// <summary>What bringing a customer into memory found.</summary>
/// <param name="Exists">False: nobody knows such a customer, as long as its shard is at <paramref name="Epoch"/>.</param>
internal readonly record struct Activation(bool Exists, long Epoch);
