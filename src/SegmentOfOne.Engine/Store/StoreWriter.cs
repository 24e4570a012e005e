using System.Buffers;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>Writes the store, one transaction at a time. Used by one thread at a time.</summary>
internal sealed partial class StoreWriter : IStoreWriter
{
    private const int FirstParameter = 2;

    /// <summary>Columns with an index that most turns leave as they are. Writing one costs two changes of its index, also where it stays the
    /// same, so an update names only those that changed.</summary>
    private static readonly string[] Indexed = ["stage", "value", "involvement_rank", "interaction_rank", "influence_rank"];

    private static readonly string[] Columns = [.. CustomerColumns.Integers, .. CustomerColumns.Numbers, "snapshot", "due_at", "due_playbook"];

    private static readonly int[] IndexedAt = [.. Indexed.Select(name => Array.IndexOf(Columns, name))];

    private readonly SqliteConnection _connection;
    private readonly Totals _totals = new();
    private readonly Dictionary<Measures, long> _measures = [];
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _find;
    private readonly Statement _snapshot;
    private readonly Statement _insert;
    private readonly Statement _redate;
    private readonly Statement?[] _updates = new Statement?[1 << Indexed.Length];
    private readonly double[] _stored = new double[Indexed.Length];
    private long _storedNumber;
    private readonly Statement _history;
    private readonly Statement _seen;
    private readonly Statement _enter;
    private readonly Statement _leave;
    private readonly Statement _total;
    private readonly Statement _findMeasures;
    private readonly Statement _addMeasures;
    private readonly Statement _countMeasures;
    private readonly Statement _playbook;
    private readonly SqliteMessageWriter _messages;
    private readonly Sealer _sealer;
    private readonly SumNames _sumNames;
    private long _lastNumber;

    public StoreWriter(SqliteConnection connection, Keyring? keyring)
    {
        _sealer = new Sealer(keyring);
        _connection = connection;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _find = new Statement(connection, $"SELECT number, version, measures, {string.Join(", ", Indexed)} FROM customer WHERE key = ?1");
        _snapshot = new Statement(connection, "SELECT snapshot FROM customer WHERE number = ?1");
        var values = string.Join(", ", Columns.Select((_, column) => $"?{column + FirstParameter}"));
        _insert = new Statement(connection, $"INSERT INTO customer(number, key, {string.Join(", ", Columns)}) VALUES (?1, ?{Columns.Length + FirstParameter}, {values})");
        _redate = new Statement(connection, "UPDATE customer SET (due_at, due_playbook) = (?2, ?3) WHERE number = ?1");
        _history = new Statement(
            connection,
            "INSERT INTO history(customer, first_version, last_version, last_at, turns, anchor) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _seen = new Statement(connection, "INSERT OR IGNORE INTO seen(customer, id, version) VALUES (?1, ?2, ?3)");
        _enter = new Statement(connection, "INSERT OR REPLACE INTO member(segment, customer, since) VALUES (?1, ?2, ?3)");
        _leave = new Statement(connection, "DELETE FROM member WHERE segment = ?1 AND customer = ?2");
        _total = new Statement(connection, "INSERT OR REPLACE INTO total(kind, name, value) VALUES (?1, ?2, ?3)");
        const string Same = "involvement = ?1 AND interaction = ?2 AND intimacy = ?3 AND influence = ?4";
        _findMeasures = new Statement(connection, $"SELECT number FROM measures WHERE {Same}");
        _addMeasures = new Statement(
            connection,
            "INSERT INTO measures(involvement, interaction, intimacy, influence, customers) VALUES (?1, ?2, ?3, ?4, 0) RETURNING number");
        _countMeasures = new Statement(connection, "UPDATE measures SET customers = customers + ?2 WHERE number = ?1");
        _playbook = new Statement(
            connection, "INSERT INTO playbook(version, name, document, published_at, rolled_back_to) VALUES (?1, ?2, ?3, ?4, ?5)");
        _messages = new SqliteMessageWriter(connection);
        _lastNumber = LastNumber();
        _sumNames = new SumNames(keyring);
        RestoreTotals();
    }

    public void Begin(ReadOnlySpan<CustomerKey> customers) => _begin.Run();

    public void Commit()
    {
        foreach (var (name, value, _) in _totals.Changed)
        {
            _total.Bind(1, name.Kind.ToString()).Bind(2, _sumNames.ToText(name)).Bind(3, value.ToString(CultureInfo.InvariantCulture)).Run();
        }

        _commit.Run();
        _totals.Keep();
    }

    public void Rollback()
    {
        Database.Rollback(_connection);
        _totals.Forget();
        _measures.Clear();
        _lastNumber = LastNumber();
    }

    public StoredRow Find(CustomerKey key, CustomerState? state)
    {
        state?.Reset(key);
        try
        {
            if (!_find.BindKey(1, key).Step())
            {
                return new StoredRow(key, ++_lastNumber, 0, 0);
            }

            var row = new StoredRow(key, _find.Int64(0), _find.Int64(1), _find.Int64(2));
            _storedNumber = row.Number;
            for (var i = 0; i < Indexed.Length; i++)
            {
                _stored[i] = _find.Double(3 + i);
            }

            if (state is not null)
            {
                _snapshot.Bind(1, row.Number).Step();
                Stored.ReadState(state, _sealer.Open(_snapshot.Blob(0), key, row.Version, EnvelopeKind.Snapshot));
            }

            return row;
        }
        finally
        {
            _find.Reset();
            _snapshot.Reset();
        }
    }

    public void SaveCustomer(in StoredRow row, CustomerState state, ReadOnlySpan<byte> snapshot, DueColumns due)
    {
        var columns = SnapshotColumns.Of(state);
        var measures = MeasuresOf(columns.Measures);
        if (measures != row.Measures)
        {
            CountMeasures(measures, 1);
            CountMeasures(row.Measures, -1);
        }

        Span<long> integers = stackalloc long[CustomerColumns.Integers.Length];
        Span<double> numbers = stackalloc double[CustomerColumns.Numbers.Length];
        CustomerColumns.Write(columns, measures, integers, numbers);
        var save = row.Version == 0 ? _insert.BindKey(Columns.Length + FirstParameter, row.Key) : Update(row, integers, numbers);
        save.Bind(1, row.Number);
        var parameter = FirstParameter;
        foreach (var integer in integers)
        {
            save.Bind(parameter++, integer);
        }

        foreach (var number in numbers)
        {
            save.Bind(parameter++, number);
        }

        save.Bind(parameter++, _sealer.Seal(state.Key, state.Version, EnvelopeKind.Snapshot, snapshot, row.Secret));
        save.Bind(parameter++, AtOf(due)).Bind(parameter, due.Playbook).Run();
    }

    public void Redate(in StoredRow row, DueColumns due) =>
        _redate.Bind(1, row.Number).Bind(2, AtOf(due)).Bind(3, due.Playbook).Run();

    /// <summary>What isn't in memory here is nowhere else.</summary>
    public void CopyTurns(CustomerKey key, long first, long last, IBufferWriter<byte> turns) =>
        throw new CustomerDamagedException(key, $"history from turn {first} to {last}");

    public void AddHistory(in StoredRow row, long first, long last, Instant lastAt, ReadOnlySpan<byte> turns, ReadOnlySpan<byte> anchor)
    {
        _history.Bind(1, row.Number).Bind(2, first).Bind(3, last).Bind(4, lastAt.UnixMilliseconds)
            .Bind(5, _sealer.Seal(row.Key, last, EnvelopeKind.Turns, turns, row.Secret));
        if (anchor.IsEmpty)
        {
            _history.BindNull(6);
        }
        else
        {
            _history.Bind(6, _sealer.Seal(row.Key, last, EnvelopeKind.Anchor, anchor, row.Secret));
        }

        _history.Run();
    }

    public void AddSeen(in StoredRow row, SeenId id) => _seen.Bind(1, row.Number).Bind(2, (long)id.Hash).Bind(3, id.Version).Run();

    public void AddMessage(in LeftMessage message) => _messages.Add(message);

    public void WithdrawMessage(CustomerKey key, TouchWithdrawn touch, Instant at) => _messages.Withdraw(key, touch, at);

    public void SaveMember(in StoredRow row, string segment, Instant? since)
    {
        if (since is { } at)
        {
            _enter.Bind(1, segment).Bind(2, row.Number).Bind(3, at.UnixMilliseconds).Run();
        }
        else
        {
            _leave.Bind(1, segment).Bind(2, row.Number).Run();
        }
    }

    public void Sum(Turn turn) => _totals.Add(turn);

    public void AddPlaybook(int version, string name, ReadOnlySpan<byte> document, Instant at, int? rolledBackTo) =>
        _playbook.Bind(1, version).Bind(2, name).Bind(3, document).Bind(4, at.UnixMilliseconds).Bind(5, rolledBackTo).Run();

    /// <summary>Playbooks change seldom: their statements are made when they are needed.</summary>
    public void AddAudit(AuditEntry entry)
    {
        using var insert = new Statement(
            _connection,
            "INSERT INTO audit(number, at, person, step, draft, version, passed, document, detail, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
        insert.Bind(1, entry.Number).Bind(2, entry.At.UnixMilliseconds).Bind(3, entry.Person).Bind(4, entry.Step.ToString()).Bind(5, entry.Draft)
            .Bind(6, entry.Version).Bind(7, entry.Passed ? 1L : 0L).Bind(8, entry.Document).Bind(9, entry.Detail).Bind(10, entry.Previous).Bind(11, entry.Hash).Run();
    }

    public void AddDraft(long number, ReadOnlySpan<byte> document)
    {
        using var insert = new Statement(_connection, "INSERT INTO draft(number, document) VALUES (?1, ?2)");
        insert.Bind(1, number).Bind(2, document).Run();
    }

    public void Dispose()
    {
        _messages.Dispose();
        foreach (var statement in new[]
        {
            _begin, _commit, _find, _snapshot, _insert, _redate, _history, _seen, _enter, _leave, _total, _findMeasures, _addMeasures, _countMeasures, _playbook,
        })
        {
            statement.Dispose();
        }

        foreach (var update in _updates)
        {
            update?.Dispose();
        }
    }

    /// <summary>The update of a row, without those of <see cref="Indexed"/> that stay the same where it is the row found last.</summary>
    private Statement Update(in StoredRow row, ReadOnlySpan<long> integers, ReadOnlySpan<double> numbers)
    {
        var same = 0;
        for (var i = 0; i < Indexed.Length && row.Number == _storedNumber; i++)
        {
            var column = IndexedAt[i];
            var value = column < integers.Length ? integers[column] : numbers[column - integers.Length];
            same |= value == _stored[i] ? 1 << i : 0;
        }

        return _updates[same] ??= new Statement(_connection, UpdateWithout(same));
    }

    private static string UpdateWithout(int same)
    {
        var set = Columns
            .Select((name, column) => (Set: $"{name} = ?{column + FirstParameter}", At: Array.IndexOf(IndexedAt, column)))
            .Where(column => column.At < 0 || (same & (1 << column.At)) == 0)
            .Select(column => column.Set);
        return $"UPDATE customer SET {string.Join(", ", set)} WHERE number = ?1";
    }

    private static long? AtOf(DueColumns due) => due.At == Resident.Never ? null : due.At;

    private long LastNumber() => Database.Scalar(_connection, "SELECT COALESCE(MAX(number), 0) FROM customer");

    private void CountMeasures(long number, long change) => _countMeasures.Bind(1, number).Bind(2, change).Run();

    private long MeasuresOf(in Measures measures)
    {
        if (_measures.TryGetValue(measures, out var number))
        {
            return number;
        }

        number = WithMeasures(_findMeasures, measures);
        if (number == 0)
        {
            number = WithMeasures(_addMeasures, measures);
        }

        _measures.Add(measures, number);
        return number;
    }

    private static long WithMeasures(Statement statement, in Measures measures)
    {
        var number = statement.Bind(1, measures.InvolvementHalfLife).Bind(2, measures.InteractionHalfLife)
            .Bind(3, measures.IntimacyHalfLife).Bind(4, measures.InfluenceHalfLife).Step()
            ? statement.Int64(0)
            : 0;
        statement.Reset();
        return number;
    }
}
