using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Journals;

/// <content>Keys of new customers, and customers that lose their turns.</content>
internal sealed partial class Journal
{
    /// <summary>Whether the storage has heard of the batch that is being written.</summary>
    private bool _tried;

    private readonly Sealer _sealer = new(null);
    private byte[] _encrypted = [];

    /// <summary>The batch as it is stored. All of it is encrypted in one go: that costs a fraction of what it would among all that a turn does.</summary>
    private ReadOnlySpan<byte> Encrypt(JournalBatch batch, ReadOnlySpan<byte> plain)
    {
        if (keyring is null)
        {
            return plain;
        }

        var most = plain.Length + (batch.Kept * (Envelope.MaxOverhead + VarInt.MaxBytes));
        if (_encrypted.Length < most)
        {
            _encrypted = new byte[most * 2];
        }

        var end = BatchFormat.HeaderBytes;
        for (var entries = batch.Entries(); entries.MoveNext();)
        {
            var turn = entries.Turn;
            var kind = entries.Kind;
            if (kind == EntryKind.ToSeal)
            {
                turn = _sealer.Seal(entries.Key, entries.Version, EnvelopeKind.Turn, turn[CustomerSecret.Bytes..], CustomerSecret.Of(turn));
                kind = EntryKind.Sealed;
            }

            end += BatchFormat.WriteEntry(_encrypted.AsSpan(end), entries.Key, entries.Version, turn, kind);
        }

        BatchFormat.Seal(_encrypted.AsSpan(0, end), batch.Position, batch.QueuedAt);
        return _encrypted.AsSpan(0, end);
    }

    /// <summary>Keeps the keys of new customers: no turn is durable that couldn't be read again. Whoever has another key by now loses its turns.</summary>
    private void KeepSecrets(JournalBatch batch)
    {
        _tried = false;
        if (batch.Secrets.IsEmpty)
        {
            return;
        }

        var refused = new List<CustomerKey>();
        try
        {
            keyring!.Keep(batch.Secrets, refused);
        }
        catch (DbException e)
        {
            throw new JournalStorageException($"Keys of new customers were not kept: {e.Message}", e);
        }

        foreach (var key in refused)
        {
            lose!(key, batch.Position);
        }
    }

    /// <summary>Takes a customer's turns out of everything that is not committed. What it does next is queued behind that.</summary>
    public void Lose(CustomerKey key)
    {
        lock (_gate)
        {
            _writing?.Lose(key);
            foreach (var batch in _failed)
            {
                batch.Lose(key);
            }

            foreach (var batch in _sealed)
            {
                batch.Lose(key);
            }

            if (_open is { } open)
            {
                open.Lose(key);
                _sealed.Enqueue(open);
                _open = null;
            }
        }
    }
}
