using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Outbox;

/// <content>What operators ask, and ask for.</content>
public sealed partial class MessageOutbox
{
    private const string Row =
        "number, customer, version, position, receiver, kind, journey, step, status, left_at, decision, touch, channel, attempts, next_at, failure, failed_at, ended_at";

    /// <summary>Dead messages that are sent again in one transaction.</summary>
    private const int ResentAtOnce = 500;

    public async ValueTask<OutboxFigures> Figures(CancellationToken ct)
    {
        var rows = await _home.Lists.Run(ReadSums, ct);
        var names = rows.Keys.Select(name => name.Receiver).Concat(_lanes.Where(lane => lane.Value.Client is not null).Select(lane => lane.Key))
            .Concat(_options.Receivers.Current.Keys).Distinct().Order(StringComparer.Ordinal);
        return new OutboxFigures(Now, [.. names.Select(name => FiguresOf(name, rows))]);
    }

    /// <exception cref="InvalidQueryException">The limit is out of bounds.</exception>
    public ValueTask<OutboxPage> List(OutboxQuery query, CancellationToken ct) => query.Limit is >= 1 and <= OutboxQuery.MaxLimit
        ? _home.Lists.Run(command => ReadPage(command, query), ct)
        : throw new InvalidQueryException($"The limit is {query.Limit}; it is 1 to {OutboxQuery.MaxLimit}.");

    /// <summary>A customer's messages that its turns up to one left, with their bodies where those are made; the first first.</summary>
    public ValueTask<List<(OutboxRow Message, string Body)>> Of(CustomerKey customer, long upTo, CancellationToken ct) =>
        _home.Lists.Run(command => ReadOf(command, customer, upTo), ct);

    /// <summary>Lets a dead message wait again, as if it had just left; not while the customer refuses what it carries.</summary>
    public async ValueTask<ResendOutcome> Resend(MessageId id, CancellationToken ct)
    {
        if (await _home.Lists.Run(command => ReadRow(command, id), ct) is not { } row)
        {
            return new ResendOutcome.NoSuchMessage();
        }

        if (row is { Status: MessageStatus.Dead, Touch: { } touch } && await RefusalOf(id, touch, ct) is { } rule)
        {
            return new ResendOutcome.Refused(rule);
        }

        if (row.Status != MessageStatus.Dead || await Write([new MessageNote.Resent(row.Number, Now)], ct) == 0)
        {
            return new ResendOutcome.NotDead(row.Status);
        }

        Look([row.Receiver]);
        return new ResendOutcome.Done(await _home.Lists.Run(command => ReadRow(command, id), ct) ?? row with { Status = MessageStatus.Waiting });
    }

    /// <summary>Lets every dead message of a receiver wait again; how many they were. Those that their customers refuse are withdrawn by their next attempts.</summary>
    public async ValueTask<long> ResendDead(string receiver, CancellationToken ct)
    {
        var (resent, now) = (0L, Now);
        while (await Stored(() => _store.First(receiver, MessageStatus.Dead, Instant.Max, ResentAtOnce), ct) is { Count: > 0 } dead)
        {
            var changed = await Write([.. dead.Select(number => new MessageNote.Resent(number, now))], ct);
            resent += changed;
            if (changed == 0)
            {
                break;
            }
        }

        Look([receiver]);
        return resent;
    }

    private ReceiverFigures FiguresOf(string name, Dictionary<(string Receiver, MessageStatus Status), (long Messages, Instant? Oldest)> sums)
    {
        var lane = _lanes.TryGetValue(name, out var known) ? known.Figures : default;
        return new ReceiverFigures(
            name,
            _options.Receivers.Current.ContainsKey(name),
            Of(MessageStatus.Waiting),
            lane.UnderWay,
            Of(MessageStatus.Delivered),
            Of(MessageStatus.Dead),
            Of(MessageStatus.Withdrawn),
            Of(MessageStatus.Discarded),
            sums.GetValueOrDefault((name, MessageStatus.Waiting)).Oldest,
            lane.LastFailure,
            lane.LastFailureAt,
            lane.PausedUntil > Now ? lane.PausedUntil : null);

        long Of(MessageStatus status) => sums.GetValueOrDefault((name, status)).Messages;
    }

    private Task<int> Write(ImmutableArray<MessageNote> notes, CancellationToken ct) => Stored(() => _store.Write(notes), ct);

    /// <summary>Not on a thread that turns are answered by.</summary>
    private static async Task<T> Stored<T>(Func<T> work, CancellationToken ct)
    {
        try
        {
            return await Task.Factory.StartNew(work, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (DbException e)
        {
            throw new CustomersUnavailableException(Unavailability.Storage, $"The store can't be used: {e.Message}", TimeSpan.FromSeconds(1), e);
        }
    }

    private Dictionary<(string Receiver, MessageStatus Status), (long Messages, Instant? Oldest)> ReadSums(DbCommand command)
    {
        var schema = _home.Store.Dialect.Schema;
        var sums = new Dictionary<(string Receiver, MessageStatus Status), (long Messages, Instant? Oldest)>();

        // In one statement, so of one moment: what is delivered in between is in neither part or in one.
        command.CommandText =
            $"""
            SELECT receiver, status, COUNT(*), MIN(left_at) FROM {schema}outbox GROUP BY receiver, status
            UNION ALL
            SELECT receiver, status, messages, NULL FROM {schema}outbox_total
            """;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var name = (rows.GetString(0), (MessageStatus)Convert.ToInt32(rows.GetValue(1)));
            var before = sums.GetValueOrDefault(name);
            sums[name] = (before.Messages + Convert.ToInt64(rows.GetValue(2)), before.Oldest ?? (rows.IsDBNull(3) ? null : new Instant(Convert.ToInt64(rows.GetValue(3)))));
        }

        return sums;
    }

    private OutboxPage ReadPage(DbCommand command, OutboxQuery query)
    {
        var dialect = _home.Store.Dialect;
        var now = Now;
        var receiver = query.Receiver is null ? "" : " AND receiver = @receiver";
        var status = query.Status is null ? "" : " AND status = @status";
        command.CommandText = $"SELECT {Row} FROM {dialect.Schema}outbox WHERE number < @before{receiver}{status} ORDER BY number DESC{dialect.Limit}";
        Bind(command, "@before", query.Before ?? long.MaxValue);
        Bind(command, "@limit", query.Limit + 1);
        if (query.Receiver is { } name)
        {
            Bind(command, "@receiver", name);
        }

        if (query.Status is { } wanted)
        {
            Bind(command, "@status", (int)wanted);
        }

        var messages = Read(command);
        return messages.Count > query.Limit
            ? new OutboxPage(now, [.. messages.Take(query.Limit)], messages[query.Limit - 1].Number)
            : new OutboxPage(now, [.. messages], null);
    }

    private OutboxRow? ReadRow(DbCommand command, MessageId id)
    {
        var dialect = _home.Store.Dialect;
        command.CommandText = $"SELECT {Row} FROM {dialect.Schema}outbox WHERE customer = @customer AND version = @version AND position = @position";
        Bind(command, "@customer", dialect.Key(id.Key));
        Bind(command, "@version", id.Version);
        Bind(command, "@position", id.Index);
        return Read(command) is [var row] ? row : null;
    }

    private List<(OutboxRow Message, string Body)> ReadOf(DbCommand command, CustomerKey customer, long upTo)
    {
        var dialect = _home.Store.Dialect;
        const string Which = "WHERE customer = @customer AND version <= @version ORDER BY version, position";
        command.CommandText = $"SELECT {Row} FROM {dialect.Schema}outbox {Which}";
        Bind(command, "@customer", dialect.Key(customer));
        Bind(command, "@version", upTo);
        var messages = Read(command);

        // What is made in between has its body, what is delivered in between is no longer there.
        var bodies = new Dictionary<long, string>();
        var sealer = new Sealer(_home.Keyring);
        command.CommandText = $"SELECT number, version, content FROM {dialect.Schema}outbox WHERE made = 1 AND customer = @customer AND version <= @version";
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                var body = sealer.Open(rows.GetFieldValue<byte[]>(2), customer, Convert.ToInt64(rows.GetValue(1)), EnvelopeKind.Message);
                bodies[Convert.ToInt64(rows.GetValue(0))] = Encoding.UTF8.GetString(body);
            }
        }

        return [.. messages.Select(message => (message, bodies.GetValueOrDefault(message.Number, "")))];
    }

    private static List<OutboxRow> Read(DbCommand command)
    {
        var messages = new List<OutboxRow>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            messages.Add(new OutboxRow(
                Number(0),
                new MessageId(KeyColumn.Read(rows, 1), Number(2), (int)Number(3)),
                rows.GetString(4),
                (MessageKind)Number(5),
                rows.GetString(6),
                rows.GetString(7),
                (MessageStatus)Number(8),
                new Instant(Number(9)),
                CarriedTouch.Read((int)Number(10), (int)Number(11), rows.GetString(12)),
                (int)Number(13),
                new Instant(Number(14)),
                rows.GetString(15) is { Length: > 0 } failure ? failure : null,
                Time(16),
                Time(17)));
        }

        return messages;

        long Number(int column) => Convert.ToInt64(rows.GetValue(column));

        Instant? Time(int column) => Number(column) is var at and not 0 ? new Instant(at) : null;
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
