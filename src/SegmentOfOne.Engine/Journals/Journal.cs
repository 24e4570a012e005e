using System.Diagnostics;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// Group commit: whatever is appended while a batch is being written goes into the next one. One writer thread
/// (<see cref="Run"/>, or <see cref="Step"/> where a test is the thread), batches in order.
/// <para>When a commit fails, the journal is closed until the storage can say for certain whether the batch is kept. If it is not,
/// everything queued behind it has failed too and is undone before anything new is taken: so what memory shows, and what a commit
/// builds on, is always what will be read back.</para>
/// <para>Where other processes write too, a batch may be kept but for customers whose versions were taken: those lose their turns
/// in it and in all that is queued, and nobody else notices.</para>
/// </summary>
/// <param name="lane">Its number among <paramref name="lanes"/> journals that share the customers out: positions are those that leave
/// this remainder, from <paramref name="lanes"/> on.</param>
internal sealed partial class Journal(
    IJournalStorage storage, int maxTurns, long maxBytes, UndoBatch undo, LoseCustomer? lose = null, int lane = 0, int lanes = 1, Keyring? keyring = null) : IDisposable
{
    private const int BatchBytes = 1 << 20;
    private const int FirstBufferBytes = 16 << 10;
    private const int KeptBuffers = 4;

    /// <summary>Batches let go in one go: a bounded delay for the commit that comes next.</summary>
    private const int TrimsAtOnce = 64;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Turns in a batch from which on the next is held open.</summary>
    private const int GatherFrom = 16;

    /// <summary>How long a batch may be held open for turns that are being decided.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly Queue<JournalBatch> _sealed = [];
    private readonly Stack<byte[]> _buffers = [];
    private readonly Dictionary<long, UnsavedBatch> _unsaved = [];
    private readonly Dictionary<long, int> _keptEarly = [];
    private readonly Queue<long> _saved = [];
    private readonly long[] _trims = new long[TrimsAtOnce];
    private readonly List<JournalBatch> _failed = [];
    private JournalBatch? _open;
    private JournalBatch? _writing;
    private JournalStorageException? _trouble;
    private long _lastPosition = lane;
    private long _committed;
    private long _unsavedTurns;
    private long _oldestUnsaved = lane + lanes;
    private int _pendingTurns;
    private int _lastTurns;
    private long _pendingBytes;
    private bool _trimsFail;
    private bool _waiting;
    private bool _stopping;

    /// <summary>Turns that are durable here and not yet known to be saved elsewhere.</summary>
    public long UnsavedTurns => Volatile.Read(ref _unsavedTurns);

    public long Bytes => storage.Bytes;

    /// <summary>Why the last write failed; null since one succeeded.</summary>
    public JournalStorageException? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Reads what the storage keeps, before anything else.</summary>
    public void Recover(BatchReader read)
    {
        storage.ReadAll((position, bytes) =>
        {
            if (position <= _lastPosition)
            {
                // Told twice.
                return;
            }

            var turns = 0;
            var entries = BatchFormat.Open(bytes, position);
            var queuedAt = entries.QueuedAt;
            while (entries.MoveNext())
            {
                turns++;
            }

            _oldestUnsaved = _unsaved.Count == 0 ? position : _oldestUnsaved;
            _unsaved.Add(position, new UnsavedBatch(turns, queuedAt));
            _unsavedTurns += turns;
            _lastPosition = _committed = position;
            read(position, bytes);
        });
    }

    /// <summary>Queues a turn. Never waits.</summary>
    /// <param name="now">In milliseconds since 1970.</param>
    public AppendResult TryAppend(CustomerKey key, long version, ReadOnlySpan<byte> turn, long now, out JournalBatch? appended) =>
        TryAppend(key, version, turn, EntryKind.Clear, default, now, out appended);

    /// <inheritdoc cref="TryAppend(CustomerKey, long, ReadOnlySpan{byte}, long, out JournalBatch?)"/>
    /// <param name="secret">That key, where it is to be kept in the vault before the turn is; none: it was.</param>
    public AppendResult TryAppend(
        CustomerKey key, long version, ReadOnlySpan<byte> turn, EntryKind kind, in CustomerSecret secret, long now, out JournalBatch? appended)
    {
        appended = null;
        lock (_gate)
        {
            if (_stopping || _failed.Count > 0)
            {
                return AppendResult.Closed;
            }

            if (_pendingTurns >= maxTurns || _pendingBytes >= maxBytes)
            {
                return AppendResult.Overloaded;
            }

            var batch = _open ??= new JournalBatch(
                _lastPosition += lanes, now, _buffers.TryPop(out var buffer) ? buffer : new byte[FirstBufferBytes]);
            _pendingBytes -= batch.Bytes;
            batch.Add(key, version, turn, kind);
            if (!secret.IsNone)
            {
                batch.Add(new NewSecret(key, secret));
            }

            _pendingBytes += batch.Bytes;
            _pendingTurns++;
            appended = batch;
            if (batch.Bytes >= BatchBytes || batch.Turns >= storage.MaxBatchTurns)
            {
                _sealed.Enqueue(batch);
                _open = null;
            }

            Wake();
            return AppendResult.Appended;
        }
    }

    /// <summary>The batch that everything through a position is durable with; null: it is. To be asked while what stands at the position
    /// can't be undone: under the lock of its customer.</summary>
    public JournalBatch? Pending(long position)
    {
        lock (_gate)
        {
            if (position <= _committed)
            {
                return null;
            }

            foreach (var failed in _failed)
            {
                if (position <= failed.Position)
                {
                    return failed;
                }
            }

            if (_writing is { } writing && position <= writing.Position)
            {
                return writing;
            }

            foreach (var batch in _sealed)
            {
                if (position <= batch.Position)
                {
                    return batch;
                }
            }

            return _open;
        }
    }

    /// <summary>When the oldest turn was queued that isn't known to be saved elsewhere, in milliseconds since 1970; null: all are.</summary>
    public long? OldestUnsaved
    {
        get
        {
            lock (_gate)
            {
                for (; _oldestUnsaved <= _committed; _oldestUnsaved += lanes)
                {
                    if (_unsaved.TryGetValue(_oldestUnsaved, out var unsaved) && unsaved.Turns > unsaved.Kept)
                    {
                        return unsaved.QueuedAt;
                    }
                }

                return (_failed.Count > 0 ? _failed[0] : null)?.QueuedAt ?? _writing?.QueuedAt
                    ?? (_sealed.TryPeek(out var batch) ? batch : _open)?.QueuedAt;
            }
        }
    }

    /// <summary>Says that turns of a committed batch are durable elsewhere; a batch without others is let go.</summary>
    public void Saved(long position, int turns)
    {
        lock (_gate)
        {
            _unsavedTurns -= turns;
            var unsaved = _unsaved[position];
            if (unsaved.Turns > turns)
            {
                _unsaved[position] = unsaved with { Turns = unsaved.Turns - turns };
                return;
            }

            _unsaved.Remove(position);
            _saved.Enqueue(position);
            Wake();
        }
    }

    /// <summary>Says that a turn can't be saved elsewhere: its batch stays, once it is committed, and nobody waits for that turn.</summary>
    public void Keep(long position)
    {
        lock (_gate)
        {
            if (_unsaved.TryGetValue(position, out var unsaved))
            {
                _unsaved[position] = unsaved with { Kept = unsaved.Kept + 1 };
            }
            else
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_keptEarly, position, out _)++;
            }
        }
    }

    /// <summary>Writes batches until <see cref="Stop"/>, and then what is queued.</summary>
    public void Run()
    {
        while (true)
        {
            if (Step())
            {
                continue;
            }

            lock (_gate)
            {
                if (_stopping && (_failed.Count > 0 || (_open is null && _sealed.Count == 0)))
                {
                    return;
                }

                _waiting = true;
                if (_failed.Count > 0)
                {
                    Monitor.Wait(_gate, RetryEvery);
                }
                else if (_trimsFail && _open is null && _sealed.Count == 0)
                {
                    _trimsFail = Monitor.Wait(_gate, RetryEvery);
                }
                else if (_open is null && _sealed.Count == 0 && !HasTrims)
                {
                    Monitor.Wait(_gate);
                }

                _waiting = false;
            }
        }
    }

    /// <summary>Writes the next batch, lets saved ones go, or finds out what became of a failed one; false when there was nothing to do.</summary>
    public bool Step()
    {
        if (_failed.Count > 0)
        {
            return Settle();
        }

        Gather();
        var trims = 0;
        lock (_gate)
        {
            if (!_sealed.TryDequeue(out _writing))
            {
                (_writing, _open) = (_open, null);
            }

            while (trims < TrimsAtOnce && HasTrims)
            {
                _trims[trims++] = _saved.Dequeue();
            }
        }

        var wrote = _writing is not null;
        if (_writing is { } batch)
        {
            _lastTurns = batch.Turns;
            Write(batch);
        }

        if (trims > 0)
        {
            Trim(_trims.AsSpan(0, trims));
        }

        return wrote || trims > 0;
    }

    /// <summary>Takes no more turns; <see cref="Run"/> ends when what is queued is written.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose() => storage.Dispose();

    private bool HasTrims => !_trimsFail && _saved.Count > 0;

    /// <summary>
    /// A commit costs the same whether it has ten turns or a hundred. So while the processors are busy deciding more, they go first;
    /// when nobody wants the processor, yielding it takes no time, nothing has come, and the batch is written at once. Where the batch
    /// before was small, they are busy with something else, and waiting for them would only take time.
    /// </summary>
    private void Gather()
    {
        if (_lastTurns < GatherFrom)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        for (int before = 0, now; (now = Volatile.Read(ref _pendingTurns)) != before && Stopwatch.GetElapsedTime(began) < GatherFor; before = now)
        {
            Thread.Yield();
        }
    }

    private void Write(JournalBatch batch)
    {
        try
        {
            KeepSecrets(batch);
            var entries = batch.Seal();
            if (batch.Kept > 0)
            {
                _tried = true;
                storage.Commit(batch.Position, Encrypt(batch, entries));
            }
        }
        catch (JournalStorageException e)
        {
            lock (_gate)
            {
                _trouble = e;
                _failed.Add(batch);
                _writing = null;
            }

            if (!Settle())
            {
                // Nobody knows how long the storage takes to recover; a caller needn't wait for it.
                batch.Fail(MayNotBeDurable(e));
            }

            return;
        }

        Succeed(batch);
    }

    private void Succeed(JournalBatch batch)
    {
        if (batch.Kept > 0 && storage.Taken.Count > 0)
        {
            foreach (var key in storage.Taken)
            {
                lose!(key, batch.Position);
            }

            batch.Seal();
        }

        lock (_gate)
        {
            _trouble = null;
            _trimsFail = false;
            _writing = null;
            _committed = batch.Position;
            if (batch.Kept > 0)
            {
                _keptEarly.Remove(batch.Position, out var keptEarly);
                _unsaved.Add(batch.Position, new UnsavedBatch(batch.Kept, batch.QueuedAt, keptEarly));
                _unsavedTurns += batch.Kept;
            }

            _pendingTurns -= batch.Turns;
            _pendingBytes -= batch.Bytes - BatchFormat.HeaderBytes;
            if (_buffers.Count < KeptBuffers)
            {
                _buffers.Push(batch.Recycle());
            }
        }

        batch.Succeed();
    }

    /// <summary>Asks the storage what became of the failed batch; false while it can't say.</summary>
    private bool Settle()
    {
        lock (_gate)
        {
            // What queued up behind can't be kept without it.
            _failed.AddRange(_sealed);
            _sealed.Clear();
            if (_open is not null)
            {
                _failed.Add(_open);
                _open = null;
            }
        }

        var first = _failed[0];
        bool kept;
        try
        {
            kept = _tried && storage.Settle(first.Position);
        }
        catch (JournalStorageException e)
        {
            Volatile.Write(ref _trouble, e);
            for (var i = 1; i < _failed.Count; i++)
            {
                _failed[i].Fail(MayNotBeDurable(e));
            }

            return false;
        }

        if (kept)
        {
            Succeed(first);
        }

        Undo(kept ? 1 : 0);
        return true;
    }

    /// <summary>Undoes the failed batches from one on, then opens the journal again.</summary>
    private void Undo(int from)
    {
        for (var i = _failed.Count - 1; i >= from; i--)
        {
            _failed[i].Seal();
            undo(_failed[i]);
        }

        var failed = _failed.ToArray();
        lock (_gate)
        {
            _failed.Clear();
            _pendingTurns = 0;
            _pendingBytes = 0;
        }

        foreach (var batch in failed.AsSpan(from))
        {
            batch.Fail(MayNotBeDurable(_trouble));
        }
    }

    private void Trim(ReadOnlySpan<long> positions)
    {
        try
        {
            storage.Trim(positions);
        }
        catch (JournalStorageException)
        {
            lock (_gate)
            {
                _trimsFail = true;
                foreach (var position in positions)
                {
                    _saved.Enqueue(position);
                }
            }
        }
    }

    private void Wake()
    {
        if (_waiting)
        {
            Monitor.Pulse(_gate);
        }
    }

    private static CustomersUnavailableException MayNotBeDurable(Exception? why) =>
        new(Unavailability.Storage, "The turn could not be made durable.", RetryEvery, why);
}
