using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Store;

/// <summary>
/// Reads single customers. Used by one thread at a time. Throws <see cref="CustomerDamagedException"/> where what is stored of the
/// customer can't be read.
/// </summary>
internal sealed class StoreReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _customer;
    private readonly Statement _seen;
    private readonly Statement _anchor;
    private readonly Statement _anchorAt;
    private readonly Statement _chunks;
    private readonly Statement _playbook;
    private readonly Statement _begin;
    private readonly Statement _end;

    public StoreReader(string file)
    {
        _connection = Database.OpenReader(file);
        Database.Execute(_connection, "PRAGMA cache_size = -16384;");
        _customer = new Statement(_connection, "SELECT number, version, snapshot FROM customer WHERE key = ?1");
        _seen = new Statement(_connection, "SELECT version FROM seen WHERE customer = (SELECT number FROM customer WHERE key = ?1) AND id = ?2");
        const string Anchor = "SELECT last_version, anchor FROM history WHERE customer = ?1 AND anchor IS NOT NULL AND ";
        _anchor = new Statement(_connection, Anchor + "last_version <= ?2 ORDER BY last_version DESC LIMIT 1");
        _anchorAt = new Statement(_connection, Anchor + "last_at <= ?2 ORDER BY last_version DESC LIMIT 1");
        _chunks = new Statement(
            _connection,
            "SELECT first_version, last_version, turns FROM history WHERE customer = ?1 AND last_version >= ?2 ORDER BY last_version");
        _playbook = new Statement(_connection, StoredPlaybook.Select + " WHERE version = ?1");
        _begin = new Statement(_connection, "BEGIN");
        _end = new Statement(_connection, "COMMIT");
    }

    /// <summary>Runs <paramref name="read"/> so that all it reads is of one moment.</summary>
    public T AtOnce<T>(CustomerKey key, Func<StoreReader, T> read)
    {
        try
        {
            _begin.Run();
            try
            {
                return read(this);
            }
            finally
            {
                _end.Run();
            }
        }
        catch (SqliteException e) when (Database.IsDamage(e))
        {
            throw new CustomerDamagedException(key, "record", e);
        }
    }

    /// <summary>A customer's snapshot; its bytes are valid until <see cref="Release"/>.</summary>
    public bool TryFind(CustomerKey key, out StoredCustomer customer)
    {
        if (!_customer.BindKey(1, key).Step())
        {
            customer = default;
            _customer.Reset();
            return false;
        }

        var version = _customer.Int64(1);
        customer = new StoredCustomer(_customer.Int64(0), version, Envelope.Open(_customer.Blob(2), key, version, Envelope.Snapshot));
        return true;
    }

    public void Release() => _customer.Reset();

    /// <summary>A customer's number and version, 0 where there is no such customer; into <paramref name="state"/>, where it is given, its state.</summary>
    public (long Number, long Version) ReadSnapshot(CustomerKey key, CustomerState? state)
    {
        state?.Reset(key);
        try
        {
            if (!TryFind(key, out var stored))
            {
                return default;
            }

            if (state is not null)
            {
                Stored.ReadState(state, stored.State);
            }

            return (stored.Number, stored.Version);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>The turn that answered an id which left the recent ones; 0: none did.</summary>
    public long SeenAt(CustomerKey key, ulong id)
    {
        var version = _seen.BindKey(1, key).Bind(2, (long)id).Step() ? _seen.Int64(0) : 0;
        _seen.Reset();
        return version;
    }

    /// <summary>Reads into <paramref name="state"/> the latest state in history that is not after a version or, where a time is given, a time.
    /// Without one the state is that of a new customer.</summary>
    public void ReadAnchor(CustomerState state, long number, long upTo, Instant? at)
    {
        state.Reset(state.Key);
        var find = at is { } time ? _anchorAt.Bind(2, time.UnixMilliseconds) : _anchor.Bind(2, upTo);
        try
        {
            if (find.Bind(1, number).Step())
            {
                Stored.ReadState(state, Envelope.Open(find.Blob(1), state.Key, find.Int64(0), Envelope.Anchor));
            }
        }
        finally
        {
            find.Reset();
        }
    }

    /// <summary>Adds the turns from one version to another, both included, that history has.</summary>
    public void ReadTurns(CustomerKey key, long number, long first, long last, List<Turn> turns)
    {
        _chunks.Bind(1, number).Bind(2, first);
        try
        {
            while (_chunks.Step() && _chunks.Int64(0) <= last)
            {
                var bytes = Envelope.Open(_chunks.Blob(2), key, _chunks.Int64(1), Envelope.Turns);
                for (var chunk = new TurnChunk(key, _chunks.Int64(0), bytes); chunk.MoveNext();)
                {
                    if (chunk.Version >= first && chunk.Version <= last)
                    {
                        turns.Add(Stored.ReadTurn(key, chunk.Turn));
                    }
                }
            }
        }
        finally
        {
            _chunks.Reset();
        }
    }

    /// <summary>A playbook; null: there was none with this number.</summary>
    public StoredPlaybook? Playbook(int version)
    {
        var playbook = _playbook.Bind(1, version).Step() ? StoredPlaybook.Of(_playbook) : null;
        _playbook.Reset();
        return playbook;
    }

    /// <summary>Every playbook, newest first, none said to be in force.</summary>
    public List<PlaybookVersion> PlaybookVersions()
    {
        var versions = new List<PlaybookVersion>();
        using var all = new Statement(_connection, "SELECT version, name, published_at, rolled_back_to FROM playbook ORDER BY version DESC");
        while (all.Step())
        {
            versions.Add(new PlaybookVersion(
                (int)all.Int64(0), all.Text(1), new Instant(all.Int64(2)), all.IsNull(3) ? null : (int)all.Int64(3), false));
        }

        return versions;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _customer, _seen, _anchor, _anchorAt, _chunks, _playbook, _begin, _end })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}

/// <summary>A row of the store: the customer's number there, and its state at a version.</summary>
internal readonly ref struct StoredCustomer(long number, long version, ReadOnlySpan<byte> state)
{
    public long Number { get; } = number;

    public long Version { get; } = version;

    public ReadOnlySpan<byte> State { get; } = state;
}
