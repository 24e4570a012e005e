using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>Reads single customers from customers.db.</summary>
internal sealed class StoreReader : IStoreReader
{
    /// <summary>Steps of a draft that are shown.</summary>
    public const int MaxSteps = 1_000;

    private const string Number = "(SELECT number FROM customer WHERE key = ?1)";

    private readonly SqliteConnection _connection;
    private readonly Sealer _sealer;
    private readonly Statement _customer;
    private readonly Statement _seen;
    private readonly Statement _seenFrom;
    private readonly Statement _anchor;
    private readonly Statement _anchorAt;
    private readonly Statement _chunks;
    private readonly Statement _due;
    private readonly Statement _older;
    private readonly Statement _playbook;
    private readonly Statement _latestPlaybook;
    private readonly Statement _begin;
    private readonly Statement _end;

    public StoreReader(string file, Keyring? keyring)
    {
        _sealer = new Sealer(keyring);
        _connection = Database.OpenReader(file);
        Database.Execute(_connection, "PRAGMA cache_size = -16384;");
        _customer = new Statement(_connection, "SELECT version, snapshot FROM customer WHERE key = ?1");
        _seen = new Statement(_connection, $"SELECT version FROM seen WHERE customer = {Number} AND id = ?2");
        _seenFrom = new Statement(_connection, $"SELECT id FROM seen WHERE customer = {Number} AND id >= ?2 ORDER BY id LIMIT ?3");
        const string Anchor = $"SELECT last_version, anchor FROM history WHERE customer = {Number} AND anchor IS NOT NULL AND ";
        _anchor = new Statement(_connection, Anchor + "last_version <= ?2 ORDER BY last_version DESC LIMIT 1");
        _anchorAt = new Statement(_connection, Anchor + "last_at <= ?2 ORDER BY last_version DESC LIMIT 1");
        _chunks = new Statement(
            _connection,
            $"SELECT first_version, last_version, turns FROM history WHERE customer = {Number} AND last_version >= ?2 ORDER BY last_version");
        const string Rows = "SELECT number, key, due_at, due_playbook FROM customer WHERE ";
        _due = new Statement(_connection, Rows + "due_at <= ?1 AND due_at >= ?2 AND (due_at > ?2 OR number > ?3) ORDER BY due_at, number LIMIT ?4");
        _older = new Statement(_connection, Rows + "due_playbook < ?1 AND number BETWEEN ?2 AND ?3");
        _playbook = new Statement(_connection, "SELECT version, document, published_at, rolled_back_to FROM playbook WHERE version = ?1");
        _latestPlaybook = new Statement(_connection, "SELECT MAX(version) FROM playbook");
        _begin = new Statement(_connection, "BEGIN");
        _end = new Statement(_connection, "COMMIT");
    }

    public T AtOnce<T>(CustomerKey key, Func<IStoreReader, T> read)
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

    public bool TryFind(CustomerKey key, out StoredCustomer customer)
    {
        customer = default;
        var found = false;
        try
        {
            if (_customer.BindKey(1, key).Step())
            {
                var version = _customer.Int64(0);
                customer = new StoredCustomer(version, version, _sealer.Open(_customer.Blob(1), key, version, EnvelopeKind.Snapshot), []);
                found = true;
            }

            return found;
        }
        finally
        {
            if (!found)
            {
                Release();
            }
        }
    }

    public void Release() => _customer.Reset();

    public long Version(CustomerKey key)
    {
        var version = _customer.BindKey(1, key).Step() ? _customer.Int64(0) : 0;
        _customer.Reset();
        return version;
    }

    public long ReadLatest(CustomerState state)
    {
        try
        {
            if (TryFind(state.Key, out var stored))
            {
                Stored.ReadState(state, stored.State);
            }

            return state.Version;
        }
        finally
        {
            Release();
        }
    }

    public long SeenAt(CustomerKey key, ulong id)
    {
        var version = _seen.BindKey(1, key).Bind(2, (long)id).Step() ? _seen.Int64(0) : 0;
        _seen.Reset();
        return version;
    }

    public bool ReadSeen(CustomerKey key, ref long next, int limit, List<ulong> ids)
    {
        var left = limit;
        var last = long.MaxValue;
        for (_seenFrom.BindKey(1, key).Bind(2, next).Bind(3, limit); _seenFrom.Step(); left--)
        {
            last = _seenFrom.Int64(0);
            ids.Add((ulong)last);
        }

        _seenFrom.Reset();
        next = last == long.MaxValue ? last : last + 1;
        return left == 0 && last < long.MaxValue;
    }

    public void ReadAnchor(CustomerState state, long upTo, Instant? at)
    {
        state.Reset(state.Key);
        var find = at is { } time ? _anchorAt.Bind(2, time.UnixMilliseconds) : _anchor.Bind(2, upTo);
        try
        {
            if (find.BindKey(1, state.Key).Step())
            {
                Stored.ReadState(state, _sealer.Open(find.Blob(1), state.Key, find.Int64(0), EnvelopeKind.Anchor));
            }
        }
        finally
        {
            find.Reset();
        }
    }

    public long FirstKept(CustomerKey key)
    {
        using var first = new Statement(_connection, $"SELECT first_version FROM history WHERE customer = {Number} ORDER BY last_version LIMIT 1");
        return first.BindKey(1, key).Step() ? first.Int64(0) : 1;
    }

    public long ForgettableThrough(CustomerKey key, Instant before)
    {
        // What was forgotten leaves a stretch without turns, which begins after its end.
        using var last = new Statement(
            _connection, $"SELECT first_version, last_version FROM history WHERE customer = {Number} AND last_at < ?2 ORDER BY last_version DESC LIMIT 1");
        return last.BindKey(1, key).Bind(2, before.UnixMilliseconds).Step() && last.Int64(0) <= last.Int64(1) ? last.Int64(1) : 0;
    }

    public void ReadTurns(CustomerKey key, long first, long last, List<Turn> turns)
    {
        _chunks.BindKey(1, key).Bind(2, first);
        try
        {
            while (_chunks.Step() && _chunks.Int64(0) <= last)
            {
                var bytes = _sealer.Open(_chunks.Blob(2), key, _chunks.Int64(1), EnvelopeKind.Turns);
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

    public void ReadDue(Instant by, DueRow? after, int limit, List<DueRow> rows)
    {
        // The first condition is one that the index can begin at.
        var last = after ?? new DueRow(0, default, new DueColumns(long.MinValue, 0));
        _due.Bind(1, by.UnixMilliseconds).Bind(2, last.Due.At).Bind(3, last.Number).Bind(4, limit);
        ReadRows(_due, rows);
    }

    public void ReadOlder(int playbook, long first, long last, List<DueRow> rows)
    {
        _older.Bind(1, playbook).Bind(2, first).Bind(3, last);
        ReadRows(_older, rows);
    }

    public long LastNumber() => Database.Scalar(_connection, "SELECT COALESCE(MAX(number), 0) FROM customer");

    public int LatestPlaybook()
    {
        var version = _latestPlaybook.Step() ? (int)_latestPlaybook.Int64(0) : 0;
        _latestPlaybook.Reset();
        return version;
    }

    public StoredPlaybook? Playbook(int version)
    {
        var playbook = _playbook.Bind(1, version).Step()
            ? new StoredPlaybook((int)_playbook.Int64(0), _playbook.Blob(1).ToArray(), new Instant(_playbook.Int64(2)), _playbook.IsNull(3) ? null : (int)_playbook.Int64(3))
            : null;
        _playbook.Reset();
        return playbook;
    }

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

    public AuditEntry? LastAudit() => Audit("ORDER BY number DESC LIMIT 1", 0, 0) is [var last, ..] ? last : null;

    public List<AuditEntry> Audit(long after, int limit) => Audit("WHERE number > ?1 ORDER BY number LIMIT ?2", after, limit);

    public List<AuditEntry> AuditOf(long draft) => Audit("WHERE draft = ?1 ORDER BY number LIMIT ?2", draft, MaxSteps);

    public List<long> Drafts(int limit)
    {
        var drafts = new List<long>();
        using var all = new Statement(_connection, "SELECT number FROM draft ORDER BY number DESC LIMIT ?1");
        all.Bind(1, limit);
        while (all.Step())
        {
            drafts.Add(all.Int64(0));
        }

        return drafts;
    }

    public byte[]? Draft(long number)
    {
        using var draft = new Statement(_connection, "SELECT document FROM draft WHERE number = ?1");
        return draft.Bind(1, number).Step() ? draft.Blob(0).ToArray() : null;
    }

    private static void ReadRows(Statement find, List<DueRow> rows)
    {
        while (find.Step())
        {
            var at = find.IsNull(2) ? Resident.Never : find.Int64(2);
            rows.Add(new DueRow(find.Int64(0), find.Key(1), new DueColumns(at, (int)find.Int64(3))));
        }

        find.Reset();
    }

    private List<AuditEntry> Audit(string which, long first, int second)
    {
        var entries = new List<AuditEntry>();
        using var all = new Statement(
            _connection, $"SELECT number, at, person, step, draft, version, passed, document, detail, previous, hash FROM audit {which}");
        if (second > 0)
        {
            all.Bind(1, first).Bind(2, second);
        }

        while (all.Step())
        {
            entries.Add(new AuditEntry(
                all.Int64(0), new Instant(all.Int64(1)), all.Text(2), Enum.Parse<AuditStep>(all.Text(3)), all.Int64(4), (int)all.Int64(5),
                all.Int64(6) != 0, all.Text(7), all.Text(8), all.Text(9), all.Text(10)));
        }

        return entries;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _customer, _seen, _seenFrom, _anchor, _anchorAt, _chunks, _due, _older, _playbook, _latestPlaybook, _begin, _end })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
