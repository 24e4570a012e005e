using System.Buffers;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Checkpoints;

/// <summary>
/// Writes one customer into the store's open transaction: its unsaved turns as history, the state, ids that left the recent ones, messages
/// that its turns left, the sums.
/// A stretch that holds a multiple of <see cref="TurnChunk.MaxTurns"/> gets the state after it as an anchor, so that a replay
/// begins fewer than twice as many turns before its end.
/// </summary>
internal sealed class CustomerCheckpoint(CustomerHome home, IStoreWriter writer)
{
    private readonly ArrayBufferWriter<byte> _turns = new(1 << 16);
    private readonly List<SeenId> _left = [];

    /// <summary>Segments that the customer entered or left, and since when it is in them; null: it isn't.</summary>
    private readonly Dictionary<string, Instant?> _segments = new(StringComparer.Ordinal);
    private readonly byte[] _stateBytes = new byte[8192];
    private readonly CustomerState _state = new(default);
    private readonly CheckpointMessages _messages = new();

    /// <summary>What was written is durable.</summary>
    public void Tell() => _messages.Tell(home.Outbox);

    /// <param name="secret">The customer's key; none: it is to be asked for.</param>
    /// <param name="version">Through which turn; it is committed, and so are all before it.</param>
    /// <param name="fresh">The state at that version; empty where only the store's and the turns after it tell.</param>
    public void Write(CustomerKey key, CustomerSecret secret, long version, ReadOnlySpan<byte> fresh)
    {
        if (Find(key, secret) is { } row && TryBegin(key, row.Version, version, out var tail))
        {
            Write(row, version, fresh, tail);
        }
    }

    /// <summary>Writes a customer whose unsaved turns are in the store, whatever memory has of it.</summary>
    /// <param name="version">Through which turn; it is committed, and so are all before it.</param>
    public void WriteStored(CustomerKey key, long version)
    {
        if (Find(key, default) is { } row && row.Version < version)
        {
            Write(row, version, [], new Tail(0, version));
        }
    }

    /// <summary>The customer's row; null: it was erased meanwhile, and nothing is to be written of it.</summary>
    private StoredRow? Find(CustomerKey key, CustomerSecret secret)
    {
        if (secret.IsNone && home.Keyring is { } keyring)
        {
            // Turns that are sealed have a key: where the vault has lost it, a new one would be the wrong one.
            var held = HasSealed(key) ? keyring.Find(key) : Made(keyring.Make(key));
            if (held.IsErased)
            {
                return null;
            }

            secret = !held.Secret.IsNone ? held.Secret : throw new CustomerDamagedException(key, "key");
        }

        return writer.Find(key, null) with { Secret = secret };
    }

    private void Write(in StoredRow row, long version, ReadOnlySpan<byte> fresh, Tail tail)
    {
        _left.Clear();
        _messages.Begin();
        _segments.Clear();
        var folds = fresh.IsEmpty || version - row.Version > TurnChunk.MaxTurns || tail.After > row.Version;
        if (folds)
        {
            writer.Find(row.Key, _state);
        }
        else
        {
            _state.Reset(row.Key);
            Stored.ReadState(_state, fresh);
        }

        for (var first = row.Version + 1; first <= version;)
        {
            var last = Math.Min(version, first + TurnChunk.MaxTurns - 1);
            _turns.ResetWrittenCount();
            if (first <= tail.After)
            {
                last = Math.Min(last, tail.After);
                writer.CopyTurns(row.Key, first, last, _turns);
            }
            else
            {
                CopyTurns(row, ref tail, first, last);
            }

            var at = Fold(row.Key, first, folds);
            var bytes = new ByteWriter(_stateBytes);
            if (last / TurnChunk.MaxTurns > (first - 1) / TurnChunk.MaxTurns)
            {
                StateFormat.Write(_state, ref bytes);
            }

            writer.AddHistory(row, first, last, at, _turns.WrittenSpan, bytes.Written);
            bytes.Dispose();
            first = last + 1;
        }

        foreach (var id in _left)
        {
            writer.AddSeen(row, id);
        }

        _messages.Write(writer, _state, row.Secret, home.Outbox.Now);
        foreach (var (segment, since) in _segments)
        {
            writer.SaveMember(row, segment, since);
        }

        Save(row, fresh);
    }

    /// <summary>None was made only for whoever was erased.</summary>
    private static Held Made(in CustomerSecret secret) => new(secret, IsErased: secret.IsNone);

    /// <summary>Whether turns of a customer in memory are as the journal had them: they stand before all others.</summary>
    private bool HasSealed(CustomerKey key)
    {
        var residents = home.Residents;
        var shard = residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            return !Unsafe.IsNullRef(ref resident) && resident.Tail != 0 && residents.Turn(residents.Earliest(resident)).IsSealed;
        }
    }

    /// <summary>Lets go of turns that the store has saved already, and finds those through <paramref name="version"/> that it hasn't;
    /// false: there are none. What comes after that version may not be committed, even where the store has a later one: another
    /// process's.</summary>
    private bool TryBegin(CustomerKey key, long saved, long version, out Tail tail)
    {
        tail = default;
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                return false;
            }

            home.DropSaved(shard, ref resident, Math.Min(saved, version));
            if (resident.Tail == 0 || saved >= version)
            {
                return false;
            }

            tail = new Tail(home.Residents.Earliest(resident), resident.Saved);
            return true;
        }
    }

    /// <summary>Copies turns out of memory. Committed turns stay where they are until this checkpoint lets go of them,
    /// so the lock is held for one stretch at a time.</summary>
    private void CopyTurns(in StoredRow row, ref Tail tail, long first, long last)
    {
        var residents = home.Residents;
        var slot = tail.Slot;
        lock (residents.ShardOf(row.Key).Gate)
        {
            for (var version = first; version <= last; version++)
            {
                ref var turn = ref residents.Turn(slot);
                if (turn.LeftVersion != 0)
                {
                    _left.Add(new SeenId(turn.LeftHash, turn.LeftVersion));
                }

                TurnChunk.Write(_turns, home.TailTurnOf(row.Key, version, slot, row.Secret));
                slot = turn.Next;
            }
        }

        tail = tail with { Slot = slot };
    }

    /// <summary>Sums up the copied turns, and folds them where that is needed; when the last was recorded.</summary>
    private Instant Fold(CustomerKey key, long first, bool folds)
    {
        var at = Instant.Epoch;
        for (var chunk = new TurnChunk(key, first, _turns.WrittenSpan); chunk.MoveNext();)
        {
            var turn = Stored.ReadTurn(key, chunk.Turn);
            at = turn.At;
            writer.Sum(turn);
            _messages.Add(turn);
            Follow(turn);
            if (folds)
            {
                Stored.Fold(_state, turn);
            }
        }

        if (folds)
        {
            // The same ids as those noted with the turns, and also where none were noted: after a restart.
            _left.AddRange(_state.Ids.Left);
            _state.Ids.ForgetLeft();
        }

        return at;
    }

    private void Follow(Turn turn)
    {
        foreach (var fact in turn.Facts)
        {
            if (fact is SegmentEntered entered)
            {
                _segments[entered.Segment] = entered.At;
            }
            else if (fact is SegmentLeft left)
            {
                _segments[left.Segment] = null;
            }
        }
    }

    private void Save(in StoredRow row, ReadOnlySpan<byte> fresh)
    {
        var bytes = new ByteWriter(_stateBytes);
        if (fresh.IsEmpty)
        {
            StateFormat.Write(_state, ref bytes);
            fresh = bytes.Written;
        }

        var playbooks = home.Shelf.Set;
        writer.SaveCustomer(row, _state, fresh, new DueColumns(CustomerHome.DueOf(_state, playbooks), playbooks.InForce.Version));
        bytes.Dispose();
    }

    /// <summary>A customer's unsaved turns in memory.</summary>
    /// <param name="Slot">Of the next of them.</param>
    /// <param name="After">The turn before the first of them: those up to it that aren't saved are in the store.</param>
    private readonly record struct Tail(uint Slot, long After);
}
