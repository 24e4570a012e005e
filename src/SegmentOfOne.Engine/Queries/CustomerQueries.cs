using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Store;
using SQLitePCL;

namespace SegmentOfOne.Engine.Queries;

/// <summary>Queries over all customers, as SQL on what is checkpointed, on connections and threads of their own.</summary>
internal sealed partial class CustomerQueries(CustomerHome home, CustomerStore store, ILogger log) : ICustomerQueries, IDisposable
{
    /// <summary>Queries that run at once; more wait.</summary>
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _turn = new(AtOnce, AtOnce);
    private readonly Stack<SqliteConnection> _idle = [];

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

    public void Dispose()
    {
        lock (_idle)
        {
            foreach (var connection in _idle)
            {
                connection.Dispose();
            }
        }

        _turn.Dispose();
    }

    private async ValueTask<T> Run<T>(Func<SqliteConnection, T> read, CancellationToken ct)
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

    private T Read<T>(Func<SqliteConnection, T> read, CancellationToken ct)
    {
        var connection = Rent();
        try
        {
            using var cancel = ct.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            return read(connection);
        }
        catch (SqliteException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new CustomersUnavailableException(Unavailability.Storage, $"The store can't be read: {e.Message}", TimeSpan.FromSeconds(1), e);
        }
        finally
        {
            lock (_idle)
            {
                _idle.Push(connection);
            }
        }
    }

    private SqliteConnection Rent()
    {
        lock (_idle)
        {
            return _idle.TryPop(out var connection) ? connection : store.OpenQueries();
        }
    }

    private Overview ReadOverview(SqliteConnection connection)
    {
        var asOf = home.AsOf;
        var sums = new Dictionary<TotalName, decimal>();
        using (var totals = new Statement(connection, "SELECT kind, name, value FROM total"))
        {
            while (totals.Step())
            {
                sums.Add(
                    new TotalName(Enum.Parse<TotalKind>(totals.Text(0)), totals.Text(1)),
                    decimal.Parse(totals.Text(2), CultureInfo.InvariantCulture));
            }
        }

        decimal Sum(TotalKind kind) => sums.GetValueOrDefault(new TotalName(kind, ""));
        var flows = Flows(sums);
        return new Overview(
            asOf,
            (long)Sum(TotalKind.Customers),
            (long)Sum(TotalKind.Turns),
            Stages(flows),
            [.. flows.Where(flow => flow.From is not null).Select(flow => new StageFlow(flow.From!.Value, flow.To, flow.Count))],
            Named(sums, TotalKind.Channel),
            Named(sums, TotalKind.Type),
            Named(sums, TotalKind.UnknownType),
            new MoneySums((long)Sum(TotalKind.Orders), Sum(TotalKind.Revenue), (long)Sum(TotalKind.Returns), Sum(TotalKind.Returned)),
            home.ProcessFigures());
    }

    private static ImmutableArray<NamedCount> Named(Dictionary<TotalName, decimal> sums, TotalKind kind) =>
    [
        .. sums.Where(sum => sum.Key.Kind == kind)
            .Select(sum => new NamedCount(sum.Key.Name, (long)sum.Value))
            .OrderByDescending(sum => sum.Count).ThenBy(sum => sum.Name, StringComparer.Ordinal),
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

    private CustomerPage ReadList(SqliteConnection connection, CustomerQuery query, ListCursor? cursor)
    {
        var asOf = home.AsOf;
        var rules = home.Playbooks.InForce.Playbook.Engagement;
        var byColumn = IsOrderedByColumn(connection, query.Sort);
        if (cursor is { } given && given.ByColumn != byColumn)
        {
            throw new InvalidQueryException("A playbook with other half-lives came into force since the page before; begin the list again.");
        }

        var valuedAt = cursor?.ValuedAt ?? home.Now;
        using var command = connection.CreateCommand();
        command.CommandText = CustomerListSql.List(query, rules, byColumn, cursor is not null);
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
    private static bool IsOrderedByColumn(SqliteConnection connection, CustomerSort sort) => sort switch
    {
        CustomerSort.Value or CustomerSort.LastSeen => true,
        CustomerSort.Involvement or CustomerSort.Interaction or CustomerSort.Influence => Database.Scalar(
            connection,
            $"SELECT COUNT(DISTINCT {(sort switch { CustomerSort.Involvement => "involvement", CustomerSort.Interaction => "interaction", _ => "influence" })}) FROM measures WHERE customers > 0") <= 1,
        _ => false,
    };

    private static void Bind(SqliteCommand command, CustomerQuery query, Instant valuedAt, ListCursor? cursor)
    {
        var parameters = command.Parameters;
        parameters.AddWithValue("@at", valuedAt.UnixMilliseconds);
        parameters.AddWithValue("@limit", query.Limit + 1);
        if (query.Stage is { } stage)
        {
            parameters.AddWithValue("@stage", (long)stage);
        }

        foreach (var (score, range) in CustomerListSql.Ranges(query))
        {
            if (range.Min is { } min)
            {
                parameters.AddWithValue($"@min{(int)score}", min);
            }

            if (range.Max is { } max)
            {
                parameters.AddWithValue($"@max{(int)score}", max);
            }
        }

        if (cursor is { } last)
        {
            parameters.AddWithValue("@key", last.Key);
            parameters.AddWithValue("@number", last.Number);
        }
    }

    /// <summary>A row, from the state itself; null where that is damaged, so that one customer doesn't hide the others.</summary>
    private CustomerRow? Row(SqliteDataReader reader, EngagementRules rules, Instant at)
    {
        var key = new CustomerKey(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(reader.GetFieldValue<byte[]>(1)));
        var version = reader.GetInt64(2);
        var state = new CustomerState(key);
        try
        {
            Stored.ReadState(state, Envelope.Open(reader.GetFieldValue<byte[]>(3), key, version, Envelope.Snapshot));
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
