using System.Buffers;
using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Checkpoints;

/// <summary>
/// Writes one customer into the store's open transaction: its unsaved turns in chunks, the state, ids that left the recent ones, the sums.
/// A chunk that holds a multiple of <see cref="TurnChunk.MaxTurns"/> gets the state after it as an anchor, so that a replay
/// begins fewer than twice as many turns before its end.
/// </summary>
internal sealed class CustomerCheckpoint(CustomerHome home, StoreWriter writer)
{
    private readonly ArrayBufferWriter<byte> _turns = new(1 << 16);
    private readonly List<SeenId> _left = [];
    private readonly byte[] _stateBytes = new byte[8192];
    private readonly CustomerState _state = new(default);

    /// <param name="version">Through which turn; it is committed, and so are all before it.</param>
    /// <param name="fresh">The state at that version; empty where only the store's and the turns after it tell.</param>
    public void Write(CustomerKey key, long version, ReadOnlySpan<byte> fresh)
    {
        var row = writer.Find(key, null);
        if (!TryBegin(key, row.Version, out var slot))
        {
            return;
        }

        var folds = fresh.IsEmpty || version - row.Version > TurnChunk.MaxTurns;
        if (folds)
        {
            writer.Find(key, _state);
        }
        else
        {
            _state.Reset(key);
            Stored.ReadState(_state, fresh);
        }

        var number = row.Number == 0 ? writer.NewNumber() : row.Number;
        for (var first = row.Version + 1; first <= version;)
        {
            var last = Math.Min(version, first + TurnChunk.MaxTurns - 1);
            CopyTurns(key, ref slot, last - first + 1);
            var at = Fold(key, first, folds);
            var bytes = new ByteWriter(_stateBytes);
            if (last / TurnChunk.MaxTurns > (first - 1) / TurnChunk.MaxTurns)
            {
                StateFormat.Write(_state, ref bytes);
            }

            writer.AddHistory(number, key, first, last, at, _turns.WrittenSpan, bytes.Written);
            bytes.Dispose();
            first = last + 1;
        }

        foreach (var id in _left)
        {
            writer.AddSeen(number, id);
        }

        Save(row, number, fresh);
    }

    /// <summary>Lets go of turns that the store has already, and finds the first that it hasn't; false: there is none.</summary>
    private bool TryBegin(CustomerKey key, long stored, out uint slot)
    {
        _left.Clear();
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            slot = 0;
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                return false;
            }

            home.DropSaved(shard, ref resident, stored);
            if (resident.Tail == 0)
            {
                return false;
            }

            slot = home.Residents.Earliest(resident);
            return resident.Saved == stored
                ? true
                : throw new CustomerDamagedException(key, $"history from turn {stored + 1} to {resident.Saved}");
        }
    }

    /// <summary>Copies turns out of the tail, the first of them in <paramref name="slot"/>, which moves on. Committed turns stay where they are
    /// until this checkpoint lets go of them, so the lock is held for one chunk at a time.</summary>
    private void CopyTurns(CustomerKey key, ref uint slot, long count)
    {
        _turns.ResetWrittenCount();
        var residents = home.Residents;
        lock (residents.ShardOf(key).Gate)
        {
            for (; count > 0; count--)
            {
                ref var turn = ref residents.Turn(slot);
                if (turn.LeftVersion != 0)
                {
                    _left.Add(new SeenId(turn.LeftHash, turn.LeftVersion));
                }

                TurnChunk.Write(_turns, residents.TurnBytes(slot));
                slot = turn.Next;
            }
        }
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

    private void Save(in StoredRow row, long number, ReadOnlySpan<byte> fresh)
    {
        var bytes = new ByteWriter(_stateBytes);
        if (fresh.IsEmpty)
        {
            StateFormat.Write(_state, ref bytes);
            fresh = bytes.Written;
        }

        writer.SaveCustomer(row, number, _state, fresh);
        bytes.Dispose();
    }
}
