using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// Turns on a shared database, one row each; a batch is one statement and one transaction. The key (customer, version) is the fence
/// between processes. A batch that runs into it is appended again without the customers whose versions were taken.
/// <para>What became of a statement whose answer was lost is found out by its lane's mark, which it raises to a number of its own with the
/// rows that it appends. Raising the mark by one more succeeds only when the statement did not, and then it can't any more; and the mark
/// says which of the two it was, however often one has to ask.</para>
/// </summary>
internal sealed class SharedJournal : IJournalStorage
{
    /// <summary>Turns of a statement: from a few hundred on, a row costs the same.</summary>
    private const int MostTurns = 1_000;

    /// <summary>How often a batch is tried: each time it may turn out that another process has just taken some more customers.</summary>
    private const int Attempts = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Writers _writers;
    private readonly int _lane;
    private readonly SqlSession _session;
    private readonly string _append;
    private readonly string _findTaken;
    private readonly string _findErased;
    private readonly RowSet _rows = new();
    private readonly List<Guid> _customers;
    private readonly List<long> _versions;
    private readonly List<ReadOnlyMemory<byte>> _entries;
    private readonly HashSet<CustomerKey> _taken = [];
    private readonly Nonces _nonces = new();
    private byte[] _envelopes = [];
    private Guid _writer;
    private long _mark;
    private bool? _kept;

    public SharedJournal(SharedDatabase database, Writers writers, int lane)
    {
        (_writers, _lane) = (writers, lane);
        _writer = writers.Id;
        _session = new SqlSession(database, Timeout);
        _customers = _rows.AddColumn<Guid>("customer");
        _versions = _rows.AddColumn<long>("version");
        _entries = _rows.AddColumn<ReadOnlyMemory<byte>>("entry");
        var rows = _rows.From(database.Dialect);
        _append = database.Dialect.Append.Replace("{rows}", rows, StringComparison.Ordinal);
        _findErased = $"SELECT DISTINCT e.customer FROM {rows} JOIN {SqlDialect.Schema}erased x ON x.customer = e.customer";
        _findTaken =
            $"SELECT DISTINCT t.customer FROM {SqlDialect.Schema}turn t JOIN {rows} ON t.customer = e.customer AND t.version = e.version";
    }

    public long Bytes => 0;

    public int MaxBatchTurns => MostTurns;

    public IReadOnlyCollection<CustomerKey> Taken => _taken;

    /// <summary>Nothing: turns are read with their customers.</summary>
    public void ReadAll(BatchReader read)
    {
    }

    public void Commit(long position, ReadOnlySpan<byte> entries)
    {
        _taken.Clear();
        _kept = null;
        var queuedAt = Fill(position, entries);
        for (var attempt = 1; _customers.Count > 0; attempt++)
        {
            var failure = Try(queuedAt);
            if (failure is null || IsKept())
            {
                return;
            }

            if (!DropTaken() && attempt >= 2 || attempt == Attempts)
            {
                _kept = false;
                throw new JournalStorageException($"Batch {position} was not committed: {failure.Message}", failure);
            }
        }
    }

    public bool Settle(long position) => _kept ?? IsKept();

    public void Trim(ReadOnlySpan<long> positions)
    {
        // Turns stay: they are the history.
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Makes rows of a batch; when it was begun.</summary>
    private long Fill(long position, ReadOnlySpan<byte> batch)
    {
        _rows.Clear();
        var entries = BatchFormat.Open(batch, position);
        var queuedAt = entries.QueuedAt;
        var used = 0;
        if (_envelopes.Length < batch.Length + (MostTurns * Envelope.MaxOverhead))
        {
            _envelopes = new byte[(batch.Length * 2) + (MostTurns * Envelope.MaxOverhead)];
        }

        while (entries.MoveNext())
        {
            var length = entries.Turn.Length;
            if (entries.Kind == EntryKind.Sealed)
            {
                entries.Turn.CopyTo(_envelopes.AsSpan(used));
            }
            else
            {
                length = Envelope.Seal(_envelopes.AsSpan(used), entries.Key, entries.Version, EnvelopeKind.Turn, entries.Turn, null, _nonces);
            }

            _customers.Add(KeyColumn.Of(entries.Key));
            _versions.Add(entries.Version);
            _entries.Add(_envelopes.AsMemory(used, length));
            used += length;
        }

        return queuedAt;
    }

    /// <summary>Appends the rows; why it failed, or seems to have.</summary>
    private Exception? Try(long queuedAt)
    {
        try
        {
            var appended = _session[_append].Set("mark", _mark += 2).Set("writer", _writer).Set("lane", _lane).Set("at", queuedAt).Set(_rows).Run();
            if (appended == _customers.Count + _session.Dialect.AppendCounts || (DropErased() && _customers.Count == 0) || appended > 0)
            {
                return null;
            }

            // Declared dead, or settled: whoever did that has seen to it that nothing is appended behind his back.
            _writer = _writers.Replace(_writer);
            return new JournalStorageException("This process had been declared dead.");
        }
        catch (DbException e)
        {
            return e;
        }
    }

    /// <summary>Whether the last attempt appended its rows; if it didn't, it never will.</summary>
    private bool IsKept()
    {
        const string Raise = $"UPDATE {SqlDialect.Schema}lane SET mark = @mark + 1 WHERE writer = @writer AND number = @lane AND mark < @mark";
        const string Find = $"SELECT mark FROM {SqlDialect.Schema}lane WHERE writer = @writer AND number = @lane";
        try
        {
            _session[Raise].Set("mark", _mark).Set("writer", _writer).Set("lane", _lane).Run();
            return _session[Find].Set("writer", _writer).Set("lane", _lane).Number() == _mark;
        }
        catch (DbException e)
        {
            throw new JournalStorageException($"Whether turns were committed can't be said yet: {e.Message}", e);
        }
    }

    /// <summary>Drops the rows of customers who were erased, which are not appended; false: there are none.</summary>
    private bool DropErased() => Drop(_findErased);

    /// <summary>Drops the rows of customers whose versions are there already; false: there are none.</summary>
    private bool DropTaken() => Drop(_findTaken);

    private bool Drop(string find)
    {
        var taken = new HashSet<Guid>();
        try
        {
            using var rows = _session[find].Set(_rows).Query();
            while (rows.Read())
            {
                taken.Add(rows.GetGuid(0));
            }
        }
        catch (DbException e)
        {
            throw new JournalStorageException($"Why turns were not committed can't be said: {e.Message}", e);
        }

        var kept = 0;
        for (var i = 0; i < _customers.Count; i++)
        {
            if (!taken.Contains(_customers[i]))
            {
                (_customers[kept], _versions[kept], _entries[kept]) = (_customers[i], _versions[i], _entries[i]);
                kept++;
            }
        }

        _customers.RemoveRange(kept, _customers.Count - kept);
        _versions.RemoveRange(kept, _versions.Count - kept);
        _entries.RemoveRange(kept, _entries.Count - kept);
        foreach (var customer in taken)
        {
            _taken.Add(KeyColumn.Of(customer));
        }

        return taken.Count > 0;
    }
}
