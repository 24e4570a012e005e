using System.Buffers;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// Writes checkpoints to a shared database, many customers with a statement. Whichever process moves a customer's row from one version
/// to a later one adds the turns between to the sums in the same transaction, while it holds the row: so each turn is in them once.
/// Everything that transactions of other processes may want too is locked in the same order by all: rows by key, messages, measures, sums.
/// </summary>
internal sealed partial class SharedWriter : IStoreWriter
{
    private const string Schema = SqlDialect.Schema;

    private readonly SqlSession _session;
    private readonly Sealer _sealer;
    private readonly SumNames _sumNames;
    private readonly Dictionary<CustomerKey, StoredRow> _rows = [];
    private readonly Dictionary<Measures, long> _measures = [];
    private readonly SortedDictionary<long, long> _measuring = [];
    private readonly Totals _totals = new();
    private readonly RowSet _keys = new();
    private readonly List<Guid> _key;
    private readonly CustomerRows<Guid> _new = new("customer");
    private readonly CustomerRows<long> _known = new("number");
    private readonly RedateRows _redates = new();
    private readonly AnchorRows _anchors = new();
    private readonly SeenRows _seen = new();
    private readonly MemberRows _changes = new();
    private readonly MemberRows _members = new();
    private readonly TotalRows _sums = new();
    private readonly SharedMessageWriter _messages;
    private readonly string _lock;
    private readonly string _insert;
    private readonly string _update;
    private readonly string _redate;
    private readonly string _insertAnchors;
    private readonly string _insertSeen;
    private readonly string _deleteMembers;
    private readonly string _insertMembers;
    private readonly string _addTotals;
    private int _namesKnown = -1;

    public SharedWriter(SqlSession session, Keyring? keyring)
    {
        (_sealer, _sumNames) = (new Sealer(keyring), new SumNames(keyring));
        _session = session;
        _messages = new SharedMessageWriter(session);
        _key = _keys.AddColumn<Guid>("customer");
        var dialect = session.Dialect;
        string[] columns = [.. CustomerColumns.Integers, .. CustomerColumns.Numbers, "snapshot", .. RedateRows.Columns];
        _lock = With(dialect.LockCustomers, _keys);
        _insert = With(
            $"""
            INSERT INTO {Schema}customer("key", {string.Join(", ", columns)})
            SELECT e.customer, {string.Join(", ", columns.Select(Value))} FROM {Rows} ORDER BY e.customer
            """,
            _new.Rows);
        _update = With(Set(columns), _known.Rows);
        _redate = With(Set(RedateRows.Columns), _redates.Rows);
        _insertAnchors = With($"INSERT INTO {Schema}anchor({_anchors.Rows.Names()}) SELECT {_anchors.Rows.Names("e.")} FROM {Rows}", _anchors.Rows);
        _insertSeen = With(
            $"""
            INSERT INTO {Schema}seen(customer, id, version)
            SELECT e.customer, e.id, MIN(e.version) FROM {Rows}
            WHERE NOT EXISTS (SELECT 1 FROM {Schema}seen s WHERE s.customer = e.customer AND s.id = e.id)
            GROUP BY e.customer, e.id
            """,
            _seen.Rows);
        _deleteMembers = With(
            $"""
            DELETE FROM {Schema}member WHERE EXISTS (
                SELECT 1 FROM {Rows} WHERE e.segment{dialect.Exactly} = {Schema}member.segment AND e.customer = {Schema}member.customer)
            """,
            _changes.Rows);
        _insertMembers = With($"INSERT INTO {Schema}member({_members.Rows.Names()}) SELECT {_members.Rows.Names("e.")} FROM {Rows}", _members.Rows);
        _addTotals = With(dialect.AddTotals, _sums.Rows);

        // No row of a list is without a number: never is the highest there is.
        static string Value(string column) => column == "due_at" ? $"NULLIF(e.due_at, {Resident.Never})" : "e." + column;

        string Set(string[] columns) => dialect.UpdateCustomers.Replace(
            "{set}", string.Join(", ", columns.Select(column => $"{column} = {Value(column)}")), StringComparison.Ordinal);

        string With(string sql, RowSet rows) => sql.Replace(Rows, rows.From(dialect), StringComparison.Ordinal);
    }

    private const string Rows = "{rows}";

    public void Begin(ReadOnlySpan<CustomerKey> customers)
    {
        Forget();
        KnowNames();
        foreach (var customer in customers)
        {
            _key.Add(KeyColumn.Of(customer));
        }

        _session.Begin();
        using var rows = _session[_lock].Set(_keys).Query();
        while (rows.Read())
        {
            var key = KeyColumn.Of(rows.GetGuid(0));
            _rows.Add(key, new StoredRow(key, rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        }
    }

    public void Commit()
    {
        Run(_insert, _new.Rows, _new.Count);
        Run(_update, _known.Rows, _known.Count);
        Run(_redate, _redates.Rows, _redates.Number.Count);
        Run(_insertAnchors, _anchors.Rows, _anchors.Customer.Count);
        Run(_insertSeen, _seen.Rows, _seen.Customer.Count);
        _messages.Write();
        Run(_deleteMembers, _changes.Rows, _changes.Customer.Count);
        Run(_insertMembers, _members.Rows, _members.Customer.Count);
        foreach (var (number, change) in _measuring)
        {
            _session[$"UPDATE {Schema}measures SET customers = customers + @change WHERE number = @number"]
                .Set("change", change).Set("number", number).Run();
        }

        foreach (var (name, _, change) in _totals.Changed)
        {
            _sums.Kind.Add(name.Kind.ToString());
            _sums.Name.Add(_sumNames.ToText(name));
            _sums.Value.Add(change);
        }

        Run(_addTotals, _sums.Rows, _sums.Kind.Count);
        _session.Commit();
        _totals.Keep();
    }

    public void Rollback()
    {
        _session.Rollback();
        _totals.Forget();
        _measures.Clear();
    }

    public StoredRow Find(CustomerKey key, CustomerState? state)
    {
        state?.Reset(key);
        if (!_rows.TryGetValue(key, out var row))
        {
            return new StoredRow(key, 0, 0, 0);
        }

        if (state is not null)
        {
            using var snapshot = _session[$"SELECT snapshot FROM {Schema}customer WHERE number = @number"].Set("number", row.Number).Query();
            snapshot.Read();
            Stored.ReadState(state, _sealer.Open(snapshot.GetFieldValue<byte[]>(0), key, row.Version, EnvelopeKind.Snapshot));
        }

        return row;
    }

    public void CopyTurns(CustomerKey key, long first, long last, IBufferWriter<byte> turns)
    {
        using var rows = _session[SharedReader.Turns].Set("customer", KeyColumn.Of(key)).Set("first", first).Set("last", last).Query();
        for (var version = first; version <= last; version++)
        {
            if (!rows.Read() || rows.GetInt64(0) != version)
            {
                throw new CustomerDamagedException(key, $"history from turn {version} to {last}");
            }

            TurnChunk.Write(turns, _sealer.Open(rows.GetFieldValue<byte[]>(1), key, version, EnvelopeKind.Turn));
        }
    }

    /// <summary>The turns are there already, as rows.</summary>
    public void AddHistory(in StoredRow row, long first, long last, Instant lastAt, ReadOnlySpan<byte> turns, ReadOnlySpan<byte> anchor)
    {
        if (!anchor.IsEmpty)
        {
            _anchors.Customer.Add(KeyColumn.Of(row.Key));
            _anchors.Version.Add(last);
            _anchors.At.Add(lastAt.UnixMilliseconds);
            _anchors.State.Add(_sealer.Seal(row.Key, last, EnvelopeKind.Anchor, anchor, row.Secret).ToArray());
        }
    }

    public void AddSeen(in StoredRow row, SeenId id)
    {
        _seen.Customer.Add(KeyColumn.Of(row.Key));
        _seen.Id.Add((long)id.Hash);
        _seen.Version.Add(id.Version);
    }

    public void AddMessage(in LeftMessage message) => _messages.Add(message);

    public void WithdrawMessage(CustomerKey key, TouchWithdrawn touch, Instant at) => _messages.Withdraw(key, touch, at);

    public void SaveMember(in StoredRow row, string segment, Instant? since)
    {
        _changes.Add(KeyColumn.Of(row.Key), segment, since ?? default);
        if (since is { } at)
        {
            _members.Add(KeyColumn.Of(row.Key), segment, at);
        }
    }

    public void Sum(Turn turn) => _totals.Add(turn);

    public void SaveCustomer(in StoredRow row, CustomerState state, ReadOnlySpan<byte> snapshot, DueColumns due)
    {
        var columns = SnapshotColumns.Of(state);
        var measures = MeasuresOf(columns.Measures);
        if (measures != row.Measures)
        {
            Count(measures, 1);
            Count(row.Measures, -1);
        }

        var bytes = _sealer.Seal(row.Key, state.Version, EnvelopeKind.Snapshot, snapshot, row.Secret).ToArray();
        if (row.Version == 0)
        {
            _new.Add(KeyColumn.Of(row.Key), columns, measures, bytes, due);
        }
        else
        {
            _known.Add(row.Number, columns, measures, bytes, due);
        }
    }

    public void Redate(in StoredRow row, DueColumns due)
    {
        _redates.Number.Add(row.Number);
        _redates.At.Add(due.At);
        _redates.Playbook.Add(due.Playbook);
    }

    public void Dispose() => _session.Dispose();

    private void Run(string sql, RowSet rows, int count)
    {
        if (count > 0)
        {
            _session[sql].Set(rows).Run();
        }
    }

    private void Forget()
    {
        _rows.Clear();
        _measuring.Clear();
        _messages.Clear();
        foreach (var rows in new[] { _keys, _new.Rows, _known.Rows, _redates.Rows, _anchors.Rows, _seen.Rows, _changes.Rows, _members.Rows, _sums.Rows })
        {
            rows.Clear();
        }
    }

    /// <summary>Learns names that other processes have sums for, whenever this one has met a new one: so the bound of names holds for all together,
    /// but for those that are met at the same time.</summary>
    private void KnowNames()
    {
        if (_namesKnown == _totals.Count)
        {
            return;
        }

        using (var names = _session[$"SELECT kind, name FROM {Schema}total"].Query())
        {
            while (names.Read())
            {
                _totals.Restore(_sumNames.Of(names.GetString(0), names.GetString(1)), 0);
            }
        }

        _namesKnown = _totals.Count;
    }

    private void Count(long measures, long change)
    {
        if (measures != 0)
        {
            _measuring[measures] = _measuring.GetValueOrDefault(measures) + change;
        }
    }

    private long MeasuresOf(in Measures measures)
    {
        if (_measures.TryGetValue(measures, out var number))
        {
            return number;
        }

        const string Same = "involvement = @involvement AND interaction = @interaction AND intimacy = @intimacy AND influence = @influence";
        const string Find = $"SELECT number FROM {Schema}measures WHERE {Same}";
        const string Add =
            $"""
            INSERT INTO {Schema}measures(involvement, interaction, intimacy, influence, customers)
            VALUES (@involvement, @interaction, @intimacy, @influence, 0)
            """;
        number = With(Find, measures).Number();
        if (number == 0)
        {
            With(Add, measures).Run();
            number = With(Find, measures).Number();
        }

        _measures.Add(measures, number);
        return number;
    }

    private SqlStatement With(string sql, in Measures measures) => _session[sql]
        .Set("involvement", measures.InvolvementHalfLife).Set("interaction", measures.InteractionHalfLife)
        .Set("intimacy", measures.IntimacyHalfLife).Set("influence", measures.InfluenceHalfLife);

    /// <summary>Rows of customers, named by <typeparamref name="T"/>.</summary>
    private sealed class CustomerRows<T>
        where T : notnull
    {
        private readonly List<T> _names;
        private readonly List<long>[] _integers;
        private readonly List<double>[] _numbers;
        private readonly List<ReadOnlyMemory<byte>> _snapshots;
        private readonly List<long> _dueAt;
        private readonly List<long> _duePlaybook;

        public CustomerRows(string name)
        {
            _names = Rows.AddColumn<T>(name);
            _integers = [.. CustomerColumns.Integers.Select(Rows.AddColumn<long>)];
            _numbers = [.. CustomerColumns.Numbers.Select(Rows.AddColumn<double>)];
            _snapshots = Rows.AddColumn<ReadOnlyMemory<byte>>("snapshot");
            (_dueAt, _duePlaybook) = (Rows.AddColumn<long>(RedateRows.Columns[0]), Rows.AddColumn<long>(RedateRows.Columns[1]));
        }

        public RowSet Rows { get; } = new();

        public int Count => _names.Count;

        public void Add(T name, in SnapshotColumns columns, long measures, ReadOnlyMemory<byte> snapshot, DueColumns due)
        {
            Span<long> integers = stackalloc long[_integers.Length];
            Span<double> numbers = stackalloc double[_numbers.Length];
            CustomerColumns.Write(columns, measures, integers, numbers);
            _names.Add(name);
            _snapshots.Add(snapshot);
            _dueAt.Add(due.At);
            _duePlaybook.Add(due.Playbook);
            for (var i = 0; i < integers.Length; i++)
            {
                _integers[i].Add(integers[i]);
            }

            for (var i = 0; i < numbers.Length; i++)
            {
                _numbers[i].Add(numbers[i]);
            }
        }
    }

    private sealed class RedateRows
    {
        public static readonly string[] Columns = ["due_at", "due_playbook"];

        public RedateRows() => (Number, At, Playbook) =
            (Rows.AddColumn<long>("number"), Rows.AddColumn<long>(Columns[0]), Rows.AddColumn<long>(Columns[1]));

        public RowSet Rows { get; } = new();

        public List<long> Number { get; }

        public List<long> At { get; }

        public List<long> Playbook { get; }
    }

    private sealed class AnchorRows
    {
        public AnchorRows() => (Customer, Version, At, State) =
            (Rows.AddColumn<Guid>("customer"), Rows.AddColumn<long>("version"), Rows.AddColumn<long>("at"), Rows.AddColumn<ReadOnlyMemory<byte>>("state"));

        public RowSet Rows { get; } = new();

        public List<Guid> Customer { get; }

        public List<long> Version { get; }

        public List<long> At { get; }

        public List<ReadOnlyMemory<byte>> State { get; }
    }

    private sealed class SeenRows
    {
        public SeenRows() => (Customer, Id, Version) =
            (Rows.AddColumn<Guid>("customer"), Rows.AddColumn<long>("id"), Rows.AddColumn<long>("version"));

        public RowSet Rows { get; } = new();

        public List<Guid> Customer { get; }

        public List<long> Id { get; }

        public List<long> Version { get; }
    }

    private sealed class MemberRows
    {
        private readonly List<string> _segments;
        private readonly List<long> _since;

        public MemberRows() => (_segments, Customer, _since) =
            (Rows.AddColumn<string>("segment"), Rows.AddColumn<Guid>("customer"), Rows.AddColumn<long>("since"));

        public RowSet Rows { get; } = new();

        public List<Guid> Customer { get; }

        public void Add(Guid customer, string segment, Instant since)
        {
            Customer.Add(customer);
            _segments.Add(segment);
            _since.Add(since.UnixMilliseconds);
        }
    }

    private sealed class TotalRows
    {
        public TotalRows() => (Kind, Name, Value) =
            (Rows.AddColumn<string>("kind"), Rows.AddColumn<string>("name"), Rows.AddColumn<decimal>("value"));

        public RowSet Rows { get; } = new();

        public List<string> Kind { get; }

        public List<string> Name { get; }

        public List<decimal> Value { get; }
    }
}
