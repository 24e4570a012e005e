using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine.Queries;

/// <summary>Queries over all customers, as SQL on what is checkpointed, on connections and threads of their own.</summary>
internal sealed partial class CustomerQueries : ICustomerQueries, IDisposable
{
    /// <summary>Queries that run at once; more wait.</summary>
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _turn = new(AtOnce, AtOnce);
    private readonly Stack<DbConnection> _idle = [];
    private readonly CustomerHome _home;
    private readonly ICustomerStore _store;
    private readonly ILogger _log;
    private readonly WhatIfLane _whatIfs;
    private readonly SumNames _sumNames;

    public CustomerQueries(CustomerHome home, ICustomerStore store, ILogger log)
    {
        (_home, _store, _log) = (home, store, log);
        _whatIfs = new WhatIfLane(home, this, log);
        _sumNames = new SumNames(home.Keyring);
    }

    public ValueTask<Overview> Overview(CancellationToken ct) => Run(ReadOverview, ct);

    public ValueTask<CustomerPage> List(CustomerQuery query, CancellationToken ct)
    {
        if (query.Limit is < 1 or > CustomerQuery.MaxLimit)
        {
            throw new InvalidQueryException($"The limit is {query.Limit}; it is 1 to {CustomerQuery.MaxLimit}.");
        }

        ListCursor? cursor = query.Cursor is { } text ? ListCursor.Read(text, query) : null;
        return Run(connection => ReadList(connection, query, cursor), ct);
    }

    public IAsyncEnumerable<WhatIfEvent> WhatIf(WhatIfQuestion question, CancellationToken ct) => _whatIfs.Run(question, ct);

    /// <summary>Customers that are checkpointed.</summary>
    public ValueTask<long> Count(CancellationToken ct) => Run(
        command =>
        {
            command.CommandText = $"SELECT COUNT(*) FROM {_store.Dialect.Schema}customer";
            return Convert.ToInt64(command.ExecuteScalar());
        },
        ct);

    /// <summary>The keys of customers that are checkpointed, in the store's order of keys.</summary>
    public ValueTask<List<CustomerKey>> Keys(CustomerKey after, int limit, CancellationToken ct) => Run(
        command =>
        {
            command.CommandText = $"SELECT \"key\" FROM {_store.Dialect.Schema}customer WHERE \"key\" > @after ORDER BY \"key\"{_store.Dialect.Limit}";
            Bind(command, "@after", _store.Dialect.Key(after));
            Bind(command, "@limit", limit);
            var keys = new List<CustomerKey>();
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                keys.Add(KeyColumn.Read(rows, 0));
            }

            return keys;
        },
        ct);

    public void Dispose()
    {
        _whatIfs.Dispose();
        lock (_idle)
        {
            foreach (var connection in _idle)
            {
                connection.Dispose();
            }
        }

        _turn.Dispose();
    }

    /// <summary>Runs a query on a connection and a thread of its own.</summary>
    public async ValueTask<T> Run<T>(Func<DbCommand, T> read, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            // A scan may take a second: not on a thread that turns are answered by.
            return await Task.Factory.StartNew(() => Read(read, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _turn.Release();
        }
    }

    private T Read<T>(Func<DbCommand, T> read, CancellationToken ct)
    {
        DbConnection? connection = null;
        try
        {
            connection = Rent();
            using var command = connection.CreateCommand();
            using var cancel = ct.Register(() => _store.Cancel(command));
            var result = read(command);
            lock (_idle)
            {
                _idle.Push(connection);
            }

            connection = null;
            return result;
        }
        catch (DbException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new CustomersUnavailableException(Unavailability.Storage, $"The store can't be read: {e.Message}", TimeSpan.FromSeconds(1), e);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private DbConnection Rent()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var connection))
            {
                return connection;
            }
        }

        return _store.OpenQueries();
    }

    /// <summary>Every turn acknowledged before is in what is read from now on.</summary>
    private Instant AsOf(DbCommand command)
    {
        var own = _home.AsOf;
        return _store.AsOfOthers(command) is { } others ? Instant.Earlier(own, others) : own;
    }

    private Overview ReadOverview(DbCommand command)
    {
        var asOf = AsOf(command);
        var sums = ReadSums(command);
        decimal Sum(TotalKind kind) => sums.GetValueOrDefault(new TotalName(kind, ""));
        var flows = Flows(sums);
        return new Overview(
            asOf,
            (long)Sum(TotalKind.Customers) - MergedIn(flows),
            (long)Sum(TotalKind.Turns),
            Stages(flows),
            [.. flows.Where(flow => flow.From is not null).Select(flow => new StageFlow(flow.From!.Value, flow.To, flow.Count))],
            Named(sums, TotalKind.Channel),
            Named(sums, TotalKind.Type),
            Named(sums, TotalKind.UnknownType),
            new MoneySums((long)Sum(TotalKind.Orders), Sum(TotalKind.Revenue), (long)Sum(TotalKind.Returns), Sum(TotalKind.Returned)),
            new TouchSums(
                (long)Sum(TotalKind.Decisions),
                OfPurposes(sums, TotalKind.Outbound),
                OfPurposes(sums, TotalKind.Inbound),
                (long)Sum(TotalKind.Transactional),
                (long)Sum(TotalKind.Withdrawn)),
            _home.ProcessFigures())
        {
            ClockTurns = (long)Sum(TotalKind.ClockTurns),
            Segments = Segments(sums),
            Ranks = _home.Shelf.Set.Ranks,
            Messages = Named(sums, TotalKind.Messages),
            Merges = (long)Sum(TotalKind.Merges),
            Unmerges = (long)Sum(TotalKind.Unmerges),
            ClaimsRefused = [.. Named(sums, TotalKind.ClaimRefused).Select(sum => new ClaimsRefused((ClaimRefusal)int.Parse(sum.Name, CultureInfo.InvariantCulture), sum.Count))],
        };
    }

    /// <summary>Who is part of another now.</summary>
    private static long MergedIn(List<(Stage? From, Stage To, long Count)> flows) =>
        flows.Sum(flow => (flow.To == Stage.Merged ? flow.Count : 0) - (flow.From == Stage.Merged ? flow.Count : 0));

    private Dictionary<TotalName, decimal> ReadSums(DbCommand command)
    {
        var sums = new Dictionary<TotalName, decimal>();
        command.CommandText = $"SELECT kind, name, value FROM {_store.Dialect.Schema}total";
        using var totals = command.ExecuteReader();
        while (totals.Read())
        {
            var name = _sumNames.Of(totals.GetString(0), totals.GetString(1));
            sums[name] = sums.GetValueOrDefault(name) + totals.GetDecimal(2);
        }

        return sums;
    }

    private static ImmutableArray<NamedCount> Named(Dictionary<TotalName, decimal> sums, TotalKind kind) =>
    [
        .. sums.Where(sum => sum.Key.Kind == kind)
            .Select(sum => new NamedCount(sum.Key.Name, (long)sum.Value))
            .OrderByDescending(sum => sum.Count).ThenBy(sum => sum.Name, StringComparer.Ordinal),
    ];

    private static ImmutableArray<PurposeCount> OfPurposes(Dictionary<TotalName, decimal> sums, TotalKind kind) =>
    [
        .. Named(sums, kind).Select(sum => new PurposeCount((Purpose)int.Parse(sum.Name, CultureInfo.InvariantCulture), sum.Count)),
    ];

    private static List<(Stage? From, Stage To, long Count)> Flows(Dictionary<TotalName, decimal> sums)
    {
        var flows = new List<(Stage? From, Stage To, long Count)>();
        foreach (var (name, count) in sums)
        {
            if (name.Kind == TotalKind.Flow)
            {
                var (from, to) = Totals.FlowOf(name.Name);
                flows.Add((from, to, (long)count));
            }
        }

        flows.Sort();
        return flows;
    }

    private static ImmutableArray<StageSums> Stages(List<(Stage? From, Stage To, long Count)> flows)
    {
        var stages = ImmutableArray.CreateBuilder<StageSums>();
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var inflow = flows.Where(flow => flow.To == stage).Sum(flow => flow.Count);
            var outflow = flows.Where(flow => flow.From == stage).Sum(flow => flow.Count);
            stages.Add(new StageSums(stage, inflow - outflow, inflow, outflow));
        }

        return stages.ToImmutable();
    }

    private CustomerPage ReadList(DbCommand command, CustomerQuery query, ListCursor? cursor)
    {
        var asOf = AsOf(command);
        var rules = _home.Playbooks.InForce.Playbook.Engagement;
        var byColumn = IsOrderedByColumn(command, query.Sort);
        if (cursor is { } given && given.ByColumn != byColumn)
        {
            throw new InvalidQueryException("A playbook with other half-lives came into force since the page before; begin the list again.");
        }

        var valuedAt = cursor?.ValuedAt ?? _home.Now;
        command.CommandText = new CustomerListSql(_store.Dialect, rules).List(query, byColumn, cursor is not null);
        Bind(command, query, valuedAt, cursor);
        var rows = ImmutableArray.CreateBuilder<CustomerRow>();
        using var reader = command.ExecuteReader();
        for (ListCursor? last = null; reader.Read();)
        {
            if (rows.Count == query.Limit)
            {
                return new CustomerPage(asOf, valuedAt, rows.ToImmutable(), last!.Value.Write(query));
            }

            last = new ListCursor(valuedAt, byColumn, reader.GetDouble(4), reader.GetInt64(0));
            if (Row(reader, rules, valuedAt) is { } row)
            {
                rows.Add(row);
            }
        }

        return new CustomerPage(asOf, valuedAt, rows.ToImmutable(), null);
    }

    /// <summary>Whether the order of a column is that of the sort: for scores, while every customer is folded with the same half-life.</summary>
    private bool IsOrderedByColumn(DbCommand command, CustomerSort sort)
    {
        if (sort is CustomerSort.Value or CustomerSort.LastSeen)
        {
            return true;
        }

        if (CustomerListSql.HalfLife(sort) is not { } halfLife)
        {
            return false;
        }

        command.CommandText = $"SELECT COUNT(DISTINCT {halfLife}) FROM {_store.Dialect.Schema}measures WHERE customers > 0";
        return Convert.ToInt64(command.ExecuteScalar()) <= 1;
    }

    private static void Bind(DbCommand command, CustomerQuery query, Instant valuedAt, ListCursor? cursor)
    {
        void Bind(string name, object value) => CustomerQueries.Bind(command, name, value);

        Bind("@at", valuedAt.UnixMilliseconds);
        Bind("@limit", query.Limit + 1);
        if (query.Segment is { } segment)
        {
            Bind("@segment", segment);
        }

        if (query.Stage is { } stage)
        {
            Bind("@stage", (long)stage);
        }

        foreach (var (score, range) in CustomerListSql.Ranges(query))
        {
            if (range.Min is { } min)
            {
                Bind($"@min{(int)score}", min);
            }

            if (range.Max is { } max)
            {
                Bind($"@max{(int)score}", max);
            }
        }

        if (cursor is { } last)
        {
            Bind("@key", last.Key);
            Bind("@number", last.Number);
        }
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    /// <summary>A row, from the state itself; null where that is damaged, so that one customer doesn't hide the others.</summary>
    private CustomerRow? Row(DbDataReader reader, EngagementRules rules, Instant at)
    {
        var key = KeyColumn.Read(reader, 1);
        var version = reader.GetInt64(2);
        var state = new CustomerState(key);
        try
        {
            Stored.ReadState(state, new Sealer(_home.Keyring).Open(reader.GetFieldValue<byte[]>(3), key, version, EnvelopeKind.Snapshot));
        }
        catch (CustomerDamagedException e)
        {
            LogLeftOut(key, e);
            return null;
        }

        return new CustomerRow(
            key,
            [.. state.Identity.Identifiers],
            version,
            state.Stage,
            state.Scores(rules, at),
            state.AtRisk,
            state.InRecovery,
            state.Orders,
            state.Value.Revenue + state.Value.Returned,
            state.FirstSeen,
            state.LastSeen);
    }

    [LoggerMessage(LogLevel.Error, "Customer {Key} is left out of a list.")]
    private partial void LogLeftOut(CustomerKey key, Exception why);
}
