using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// Reads single customers from a shared database: the snapshot, and the turns after it. Turns are only ever added, in order,
/// so what is read one after the other fits together without a transaction.
/// </summary>
internal sealed class SharedReader(SqlSession session, Keyring? keyring) : IStoreReader
{
    private const string Schema = SqlDialect.Schema;

    /// <summary>The snapshot, and the turns that come after it, of one moment.</summary>
    private const string Latest =
        $"""
        SELECT 0 AS part, c.version, c.snapshot FROM {Schema}customer c WHERE c."key" = @customer
        UNION ALL
        SELECT 1, t.version, t.entry FROM {Schema}turn t
        WHERE t.customer = @customer AND t.version > COALESCE((SELECT c.version FROM {Schema}customer c WHERE c."key" = @customer), 0)
        ORDER BY 1, 2
        """;

    private const string LastVersion = $"SELECT MAX(version) FROM {Schema}turn WHERE customer = @customer";

    public const string Turns =
        $"SELECT version, entry FROM {Schema}turn WHERE customer = @customer AND version BETWEEN @first AND @last ORDER BY version";

    private const string Rows = $"SELECT number, \"key\", due_at, due_playbook FROM {Schema}customer WHERE ";
    private const string Seen = $"SELECT version FROM {Schema}seen WHERE customer = @customer AND id = @id";
    private const string SeenFrom = $"SELECT id FROM {Schema}seen WHERE customer = @customer AND id >= @next ORDER BY id";
    private const string Anchor = $"SELECT version, state FROM {Schema}anchor WHERE customer = @customer AND version = ";
    private const string AnchorUpTo = $"{Anchor}(SELECT MAX(version) FROM {Schema}anchor WHERE customer = @customer AND version <= @limit)";
    private const string AnchorAt = $"{Anchor}(SELECT MAX(version) FROM {Schema}anchor WHERE customer = @customer AND at <= @limit)";

    /// <summary>Checkpoints of one customer that can come between the two parts of a read, at the very most.</summary>
    private const int Attempts = 5;

    private readonly Sealer _sealer = new(keyring);
    private readonly CustomerState _state = new(default);
    private readonly byte[] _stateBytes = new byte[8192];
    private readonly List<byte[]> _after = [];
    private byte[] _snapshot = [];

    public T AtOnce<T>(CustomerKey key, Func<IStoreReader, T> read) => session.Read(() => read(this));

    public bool TryFind(CustomerKey key, out StoredCustomer customer)
    {
        var saved = Load(key);
        if (_after.Count > 0)
        {
            Fold(key);
            var bytes = new ByteWriter(_stateBytes);
            StateFormat.Write(_state, ref bytes);
            _snapshot = bytes.Written.ToArray();
            bytes.Dispose();
        }

        customer = new StoredCustomer(saved, saved + _after.Count, _snapshot, _after.ToArray());
        return customer.Version > 0;
    }

    public void Release()
    {
        // What was found lies in arrays of its own.
    }

    public long Version(CustomerKey key) => session[LastVersion].Set("customer", KeyColumn.Of(key)).Number();

    public long ReadLatest(CustomerState state)
    {
        if (TryFind(state.Key, out var stored))
        {
            Stored.ReadState(state, stored.State);
        }

        return state.Version;
    }

    public long SeenAt(CustomerKey key, ulong id)
    {
        // Ids that left by a turn which isn't checkpointed are those that leave when it is folded; the others were stored with the snapshot,
        // so they must be looked for after it was read.
        Load(key);
        Fold(key);
        foreach (var left in _state.Ids.Left)
        {
            if (left.Hash == id)
            {
                return left.Version;
            }
        }

        return session[Seen].Set("customer", KeyColumn.Of(key)).Set("id", (long)id).Number();
    }

    public bool ReadSeen(CustomerKey key, ref long next, int limit, List<ulong> ids)
    {
        if (next == long.MinValue)
        {
            // As above: first those that leave by turns which aren't checkpointed, then those that are stored.
            Load(key);
            Fold(key);
            foreach (var seen in _state.Ids.Left)
            {
                ids.Add(seen.Hash);
            }
        }

        var left = limit;
        var last = long.MaxValue;
        using var rows = session[SeenFrom + session.Dialect.Queries.Limit].Set("customer", KeyColumn.Of(key)).Set("next", next).Set("limit", limit).Query();
        for (; rows.Read(); left--)
        {
            last = rows.GetInt64(0);
            ids.Add((ulong)last);
        }

        next = last == long.MaxValue ? last : last + 1;
        return left == 0 && last < long.MaxValue;
    }

    public void ReadAnchor(CustomerState state, long upTo, Instant? at)
    {
        state.Reset(state.Key);
        var find = session[at is null ? AnchorUpTo : AnchorAt].Set("customer", KeyColumn.Of(state.Key)).Set("limit", at?.UnixMilliseconds ?? upTo);
        using var anchor = find.Query();
        if (anchor.Read())
        {
            Stored.ReadState(state, _sealer.Open(anchor.GetFieldValue<byte[]>(1), state.Key, anchor.GetInt64(0), EnvelopeKind.Anchor));
        }
    }

    public long FirstKept(CustomerKey key)
    {
        const string First = $"SELECT MIN(version) FROM {Schema}turn WHERE customer = @customer";
        const string Last = $"SELECT MAX(version) FROM {Schema}anchor WHERE customer = @customer";
        var first = session[First].Set("customer", KeyColumn.Of(key)).Number();
        return first > 0 ? first : session[Last].Set("customer", KeyColumn.Of(key)).Number() + 1;
    }

    public long ForgettableThrough(CustomerKey key, Instant before) => session[
        $"""
        SELECT MAX(t.version) FROM {Schema}turn t
        WHERE t.customer = @customer AND t.at < @before AND t.version <= (SELECT c.version FROM {Schema}customer c WHERE c."key" = @customer)
        """].Set("customer", KeyColumn.Of(key)).Set("before", before.UnixMilliseconds).Number();

    public void ReadTurns(CustomerKey key, long first, long last, List<Turn> turns)
    {
        using var rows = session[Turns].Set("customer", KeyColumn.Of(key)).Set("first", first).Set("last", last).Query();
        while (rows.Read())
        {
            turns.Add(Stored.ReadTurn(key, _sealer.Open(rows.GetFieldValue<byte[]>(1), key, rows.GetInt64(0), EnvelopeKind.Turn)));
        }
    }

    public void ReadDue(Instant by, DueRow? after, int limit, List<DueRow> rows)
    {
        // The first condition is one that the index can begin at.
        var last = after ?? new DueRow(0, default, new DueColumns(long.MinValue, 0));
        var sql = Rows + "due_at IS NOT NULL AND due_at <= @by AND due_at >= @at AND (due_at > @at OR number > @number) ORDER BY due_at, number";
        ReadRows(
            session[sql + session.Dialect.Queries.Limit].Set("by", by.UnixMilliseconds).Set("at", last.Due.At).Set("number", last.Number).Set("limit", limit),
            rows);
    }

    public void ReadOlder(int playbook, long first, long last, List<DueRow> rows) => ReadRows(
        session[Rows + "due_playbook < @playbook AND number BETWEEN @first AND @last"].Set("playbook", playbook).Set("first", first).Set("last", last), rows);

    public long LastNumber() => session[$"SELECT MAX(number) FROM {Schema}customer"].Number();

    public int LatestPlaybook() => (int)session[$"SELECT MAX(version) FROM {Schema}playbook"].Number();

    public StoredPlaybook? Playbook(int version)
    {
        using var rows = session[$"SELECT version, document, published_at, rolled_back_to FROM {Schema}playbook WHERE version = @version"]
            .Set("version", version).Query();
        return rows.Read() ? new StoredPlaybook(rows.GetInt32(0), rows.GetFieldValue<byte[]>(1), new Instant(rows.GetInt64(2)), rows.IsDBNull(3) ? null : rows.GetInt32(3)) : null;
    }

    public List<PlaybookVersion> PlaybookVersions()
    {
        var versions = new List<PlaybookVersion>();
        using var rows = session[$"SELECT version, name, published_at, rolled_back_to FROM {Schema}playbook ORDER BY version DESC"].Query();
        while (rows.Read())
        {
            versions.Add(new PlaybookVersion(
                rows.GetInt32(0), rows.GetString(1), new Instant(rows.GetInt64(2)), rows.IsDBNull(3) ? null : rows.GetInt32(3), false));
        }

        return versions;
    }

    public AuditEntry? LastAudit() =>
        Audit($"WHERE number = (SELECT MAX(number) FROM {Schema}audit)", _ => { }) is [var last] ? last : null;

    public List<AuditEntry> Audit(long after, int limit) => Audit(
        $"WHERE number > @after AND number <= @last ORDER BY number", statement => statement.Set("after", after).Set("last", after + limit));

    public List<AuditEntry> AuditOf(long draft) => Audit("WHERE draft = @draft ORDER BY number", statement => statement.Set("draft", draft));

    public List<long> Drafts(int limit)
    {
        var drafts = new List<long>();
        using var rows = session[$"SELECT number FROM {Schema}draft ORDER BY number DESC"].Query();
        while (drafts.Count < limit && rows.Read())
        {
            drafts.Add(rows.GetInt64(0));
        }

        return drafts;
    }

    public byte[]? Draft(long number)
    {
        using var rows = session[$"SELECT document FROM {Schema}draft WHERE number = @number"].Set("number", number).Query();
        return rows.Read() ? rows.GetFieldValue<byte[]>(0) : null;
    }

    public void Dispose() => session.Dispose();

    private static void ReadRows(SqlStatement find, List<DueRow> rows)
    {
        using var found = find.Query();
        while (found.Read())
        {
            var at = found.IsDBNull(2) ? Resident.Never : found.GetInt64(2);
            rows.Add(new DueRow(found.GetInt64(0), KeyColumn.Of(found.GetGuid(1)), new DueColumns(at, (int)found.GetInt64(3))));
        }
    }

    private List<AuditEntry> Audit(string which, Action<SqlStatement> set)
    {
        var entries = new List<AuditEntry>();
        var statement = session[$"SELECT number, at, person, step, draft, version, passed, document, detail, previous, hash FROM {Schema}audit {which}"];
        set(statement);
        using var rows = statement.Query();
        while (rows.Read())
        {
            entries.Add(new AuditEntry(
                rows.GetInt64(0), new Instant(rows.GetInt64(1)), rows.GetString(2), Enum.Parse<AuditStep>(rows.GetString(3)), rows.GetInt64(4),
                rows.GetInt32(5), rows.GetInt32(6) != 0, rows.GetString(7), rows.GetString(8), rows.GetString(9), rows.GetString(10)));
        }

        return entries;
    }

    /// <summary>Reads the snapshot and the turns after it; the snapshot's version.</summary>
    private long Load(CustomerKey key)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            _after.Clear();
            _snapshot = [];
            var saved = 0L;
            using var rows = session[Latest].Set("customer", KeyColumn.Of(key)).Query();
            while (rows.Read())
            {
                var (version, bytes) = (rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
                if (rows.GetInt32(0) == 0)
                {
                    saved = version;
                    _snapshot = _sealer.Open(bytes, key, version, EnvelopeKind.Snapshot).ToArray();
                }
                else if (version == saved + _after.Count + 1)
                {
                    _after.Add(_sealer.Open(bytes, key, version, EnvelopeKind.Turn).ToArray());
                }
                else
                {
                    // Not of one moment after all: a database that locks rows instead of showing a moment lets a checkpoint come between.
                    saved = -1;
                    break;
                }
            }

            if (saved >= 0)
            {
                return saved;
            }
        }

        throw new CustomerDamagedException(key, "history");
    }

    /// <summary>Folds what was loaded.</summary>
    private void Fold(CustomerKey key)
    {
        _state.Reset(key);
        if (_snapshot.Length > 0)
        {
            Stored.ReadState(_state, _snapshot);
        }

        foreach (var turn in _after)
        {
            Stored.Fold(_state, Stored.ReadTurn(key, turn));
        }
    }
}
