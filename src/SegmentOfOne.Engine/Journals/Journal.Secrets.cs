using System.Data.Common;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Journals;

/// <content>Keys of new customers, and customers that lose their turns.</content>
internal sealed partial class Journal
{
    /// <summary>Whether the storage has heard of the batch that is being written.</summary>
    private bool _tried;

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
