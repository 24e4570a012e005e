using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Identities;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <summary>
/// Where customers live in this process: residents, journal, checkpoints, over a folder or a shared database. What customers do,
/// <see cref="LiveCustomer"/> does; who is sent here, the engine around it decides. Several homes, in as many processes, may stand on
/// one shared database: the key (customer, version) lets only one of them have a turn acknowledged.
/// </summary>
public sealed partial class CustomerHome
{
    private readonly ThreadLocal<Workbench> _benches;
    private readonly Dictionary<CustomerKey, Task<Activation>> _activations = [];
    private readonly long _began;
    private volatile Closure? _closed;

    /// <summary>Every playbook, and the one in force here.</summary>
    public IPlaybooks Playbooks => Shelf;

    /// <summary>Lists and sums over all customers of the store, also those of other homes.</summary>
    public ICustomerQueries Queries => _queries;

    /// <summary>Messages that left, also those of other homes, and their delivery by this one.</summary>
    public MessageOutbox Outbox { get; }

    /// <summary>Why no turns are taken here now; null: they are.</summary>
    public string? ClosedBecause => _closed?.Message;

    /// <summary>How customers are reached that another one is part of; here, unless it is told otherwise.</summary>
    public IReach Reach { get; set; }

    /// <summary>Brings customers together and parts them, wherever they live.</summary>
    public IIdentities Names => Identities;

    internal Identities.Identities Identities { get; }

    /// <summary>Who answers for a customer: itself, or the one that it is part of.</summary>
    public async ValueTask<CustomerKey> OwnerOf(CustomerKey key, CancellationToken ct)
    {
        for (var hops = 0; hops < Detour.MostHops && await Customer(key).Own(ct) is { Identity.Redirect: { } redirect }; hops++)
        {
            key = redirect.Into;
        }

        return key;
    }

    /// <summary>A customer, whether anybody knows it or not. Costs nothing.</summary>
    public LiveCustomer Customer(CustomerKey key) => new(this, key);

    /// <summary>The key of the customer that an identifier names; false: it can't name one.</summary>
    public bool TryKey(Identifier? identifier, out CustomerKey key)
    {
        var can = CustomerKeys.CanBe(identifier);
        key = can ? Bench.Keys.Of(identifier!) : default;
        return can;
    }

    /// <summary>The same; null: it can't name one.</summary>
    public CustomerKey? KeyOf(Identifier? identifier) => TryKey(identifier, out var key) ? key : null;

    /// <summary>The answer to a request whose identifier can't name a customer.</summary>
    public TurnAnswer.Refused Refuse(TurnRequest request)
    {
        var refusal = RequestRules.Check(request, Shelf.InForce.Playbook, Now)
            ?? throw new ArgumentException("The request passes the rules.", nameof(request));
        Figures.Count(refusal);
        return new TurnAnswer.Refused(refusal);
    }

    /// <summary>Looks now for a playbook that another process has published; without being asked, a home on a shared database does so
    /// every second.</summary>
    public Task RefreshPlaybooks(CancellationToken ct) => Shelf.Refresh(ct);

    /// <summary>No turns are taken from now on; null: they are again.</summary>
    internal void TakeNoTurns(Closure? because)
    {
        if (_closed is not { Reason: Unavailability.Draining })
        {
            _closed = because;
        }
    }

    internal EngineOptions Options { get; }

    internal ReaderPool Readers { get; }

    internal PlaybookShelf Shelf { get; }

    internal Figures Figures { get; }

    internal ResidentIndex Residents { get; }

    internal JournalLanes Journal { get; }

    /// <summary>Queries over what is in the store.</summary>
    internal CustomerQueries Lists => _queries;

    /// <summary>The calling thread's.</summary>
    internal Workbench Bench => _benches.Value!;

    internal Instant Now => Instant.From(Options.Time.GetUtcNow());

    /// <summary>Seconds since this process began.</summary>
    internal uint Seconds => (uint)Options.Time.GetElapsedTime(_began).TotalSeconds;

    internal Closure? Closed => _closed;

    /// <summary>Every turn that this home acknowledged before this time is in the store.</summary>
    internal Instant AsOf
    {
        get
        {
            var now = Now;
            return Journal.OldestUnsaved is { } oldest ? Instant.Earlier(now, new Instant(oldest)) : now;
        }
    }

    internal ProcessFigures ProcessFigures() => new(
        Figures.StartedAt,
        Figures.Refused,
        Figures.Overloaded,
        Figures.Unavailable,
        Residents.Count,
        Residents.Slabs.ReservedBytes,
        Residents.Slabs.BudgetBytes,
        Journal.UnsavedTurns,
        Residents.TailBytes,
        Journal.Bytes)
    {
        ClockTurns = Figures.ClockTurns,
        WithDue = Residents.WithDue,
        EarliestDue = Residents.EarliestDue is var due and not Resident.Never ? new Instant(due) : null,
        DueBytes = Residents.DueBytes,
    };

    /// <summary>Takes the turns into memory that only the journal has. Their customers are read when they are touched or checkpointed.</summary>
    internal void Recover() => Journal.Recover((position, bytes) =>
    {
        var isFirst = true;
        for (var entries = BatchFormat.Open(bytes, position); entries.MoveNext(); isFirst = false)
        {
            if (isFirst)
            {
                CheckKey(entries);
            }

            var shard = Residents.ShardOf(entries.Key);
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(entries.Key);
                if (Unsafe.IsNullRef(ref resident))
                {
                    resident = ref shard.Add(entries.Key);
                    Unlooked.Add(entries.Key);
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

                if (!Residents.TryStoreTurn(entries.Turn, entries.Kind == EntryKind.Sealed, out var slot))
                {
                    throw new InvalidOperationException(
                        $"The memory budget of {Options.MemoryBudgetBytes} bytes has no room for the journal's unsaved turns.");
                }

                Residents.AddToTail(ref resident, slot, position);
                resident.Version = entries.Version;
            }
        }
    });

    /// <summary>Sees to it that the vault has the key of one customer of a batch, so that another time's vault is found out at the start. The others' keys are
    /// asked for when they are needed.</summary>
    private void CheckKey(in BatchFormat.BatchEntries entries)
    {
        if (entries.Kind == EntryKind.Sealed && Keyring?.Find(entries.Key) is not ({ IsErased: true } or { Secret.IsNone: false }))
        {
            throw new DataFolderException(
                DataFolderProblem.Incomplete, "The journal has turns of customers whose keys the vault doesn't have. Restore the vault that belongs to the data.");
        }
    }

    /// <summary>A turn of a customer's tail, opened where it is as the journal had it. Valid until this thread opens another.</summary>
    /// <param name="secret">The customer's; none: it has none, and nothing of it is sealed.</param>
    internal ReadOnlySpan<byte> TailTurnOf(CustomerKey key, long version, uint slot, scoped in CustomerSecret secret)
    {
        var bytes = Residents.TurnBytes(slot);
        return Residents.Turn(slot).IsSealed ? Bench.Sealer.Open(bytes, key, version, EnvelopeKind.Turn, secret) : bytes;
    }

    /// <summary>Brings a customer into memory. Callers of one customer share one reading.</summary>
    internal Task<Activation> Activate(CustomerKey key)
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
    internal Commit CommitOf(in Resident resident) =>
        resident.Tail == 0 ? default : new Commit(Journal.Pending(Residents.Turn(resident.Tail).Position), resident.Key);

    /// <summary>Lets go of the turns up to a version that the store has.</summary>
    internal void DropSaved(Shard shard, ref Resident resident, long upTo)
    {
        while (resident.Tail != 0 && resident.Saved < upTo)
        {
            Journal.Saved(Residents.Turn(Residents.Earliest(resident)).Position, 1);
            Residents.DropEarliest(shard, ref resident);
        }
    }

    internal CustomersUnavailableException NoMemory()
    {
        _makeRoom.Set();
        return new CustomersUnavailableException(
            Unavailability.Overloaded, "The memory for resident customers is full.", TimeSpan.FromMilliseconds(200));
    }

    private Activation Activate(IStoreReader reader, CustomerKey key)
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

            var held = Keyring?.Look(key) ?? default;
            if (held.IsErased)
            {
                return new Activation(false, epoch) { IsErased = true };
            }

            // Other turns of this shard go on while the store is read; if a checkpoint does too, what was read may be old.
            var found = reader.TryFind(key, out var stored);
            try
            {
                lock (shard.Gate)
                {
                    if (shard.Epoch == epoch)
                    {
                        return new Activation(Settle(shard, key, found, stored, held.Secret), epoch) { Secret = held.Secret };
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
    private bool Settle(Shard shard, CustomerKey key, bool found, in StoredCustomer stored, in CustomerSecret secret)
    {
        ref var resident = ref shard.Find(key);
        if (!Unsafe.IsNullRef(ref resident) && !secret.IsNone)
        {
            resident.Secret = secret;
        }

        if (Unsafe.IsNullRef(ref resident))
        {
            if (!found)
            {
                return false;
            }

            var saved = Bench.State;
            saved.Reset(key);
            Stored.ReadState(saved, stored.State);
            if (!Residents.TryReserveState(0, stored.State.Length, out var slot))
            {
                throw NoMemory();
            }

            resident = ref shard.Add(key);
            resident.Secret = secret;
            resident.Version = resident.Saved = stored.Version;
            resident.Touched = Seconds;
            Residents.PutState(ref resident, slot, stored.State);
            shard.SetDue(ref resident, DueOf(saved, Shelf.Set));
            return true;
        }

        if (resident.State == 0)
        {
            DropSaved(shard, ref resident, stored.Saved);
            var state = Bench.State;
            state.Reset(key);
            if (found)
            {
                Stored.ReadState(state, stored.State);
            }

            AddOthers(ref resident, stored);
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
                shard.SetDue(ref resident, DueOf(state, Shelf.Set));
            }

            writer.Dispose();
            if (!room)
            {
                throw NoMemory();
            }
        }

        return true;
    }

    /// <summary>Puts turns that other processes have appended behind those in a customer's tail, so that it has no gap.</summary>
    private void AddOthers(ref Resident resident, in StoredCustomer stored)
    {
        while (resident.Tail != 0 && resident.Version < stored.Version)
        {
            if (!Residents.TryStoreTurn(stored.After[(int)(resident.Version - stored.Saved)], isSealed: false, out var slot))
            {
                throw NoMemory();
            }

            Residents.AddToTail(ref resident, slot, 0);
            resident.Flags |= ResidentFlags.Unnoted;
            resident.Version++;
        }
    }

    /// <summary>Folds those of a customer's unsaved turns that its state doesn't have.</summary>
    private void FoldTail(Shard shard, ref Resident resident, CustomerState state)
    {
        if (resident.Tail == 0)
        {
            return;
        }

        var version = resident.Saved + 1;
        for (var slot = Residents.Earliest(resident); ; slot = Residents.Turn(slot).Next, version++)
        {
            if (version > state.Version)
            {
                Stored.Fold(state, Stored.ReadTurn(state.Key, TailTurnOf(state.Key, version, slot, resident.Secret)));
                Residents.NoteLeft(shard, ref resident, slot, state.Ids.Left);
                state.Ids.ForgetLeft();
            }

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
                DropFrom(shard, entries.Key, batch.Position);
            }
        }
    }

    /// <summary>Undoes the turns of a customer whose versions another process has taken.</summary>
    private void Lose(CustomerKey key, long position)
    {
        var shard = Residents.ShardOf(key);
        lock (shard.Gate)
        {
            shard.Epoch++;
            DropFrom(shard, key, position);
            Journal.Of(key).Lose(key);
        }
    }

    private void DropFrom(Shard shard, CustomerKey key, long position)
    {
        ref var resident = ref shard.Find(key);
        if (Unsafe.IsNullRef(ref resident))
        {
            return;
        }

        if (resident.Tail != 0)
        {
            Residents.DropFrom(shard, ref resident, position);
            Residents.ForgetUnnoted(shard, resident);
        }

        // A key that was new with one of them isn't kept, or will be found where it is.
        resident.Secret = default;
        Residents.DropState(ref resident);
        shard.SetDue(ref resident, Resident.Never);
        if (resident.Tail == 0)
        {
            if ((resident.Flags & ResidentFlags.Erasing) == 0)
            {
                shard.Remove(ref resident);
            }

            return;
        }

        // When something of it is due is known once its turns are folded again.
        Unlooked.Add(key);
    }
}

/// <summary>What bringing a customer into memory found.</summary>
/// <param name="Exists">False: nobody knows such a customer, as long as its shard is at <paramref name="Epoch"/>.</param>
internal readonly record struct Activation(bool Exists, long Epoch)
{
    /// <summary>It was erased.</summary>
    public bool IsErased { get; init; }

    /// <summary>Its key, also that of one that nobody knows: its first turn may have got lost behind it.</summary>
    public CustomerSecret Secret { get; init; }
}

/// <summary>Why a home takes no turns.</summary>
internal sealed record Closure(Unavailability Reason, string Message);
