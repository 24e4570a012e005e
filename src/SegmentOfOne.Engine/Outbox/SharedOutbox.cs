using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>
/// The outbox on a shared database. A process claims a row before it delivers the message, for as long as an attempt can take by the database's
/// clock: so no other delivers it at the same time, and one that dies leaves its share to the others.
/// </summary>
internal sealed class SharedOutbox(SharedDatabase database) : IOutboxStore
{
    private const string Outbox = SqlDialect.Schema + "outbox";
    private const string Free = "claimed_by = '', claimed_until = 0";

    private readonly Lock _gate = new();
    private readonly SqlSession _session = new(database, TimeSpan.FromSeconds(10));
    private readonly string _claim = database.Dialect.ClaimMessages;
    private readonly string _limit = database.Dialect.Queries.Limit;

    /// <summary>Names this process among those that claim.</summary>
    private readonly string _who = Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture);

    public List<WaitingMessage> Take(string receiver, Instant now, int limit, TimeSpan hold)
    {
        lock (_gate)
        {
            var taken = new List<WaitingMessage>();
            using var rows = _session[_claim].Set("who", _who).Set("hold", (long)hold.TotalMilliseconds).Set("receiver", receiver)
                .Set("now", now.UnixMilliseconds).Set("limit", limit).Query();
            while (rows.Read())
            {
                taken.Add(new WaitingMessage(
                    rows.GetInt64(0), new MessageId(KeyColumn.Of(rows.GetGuid(1)), rows.GetInt64(2), rows.GetInt32(3)), receiver,
                    new Instant(rows.GetInt64(4)), rows.GetInt32(5), CarriedTouch.Read(rows.GetInt32(6), rows.GetInt32(7), rows.GetString(8)),
                    rows.GetInt32(9) != 0, rows.GetFieldValue<byte[]>(10)));
            }

            return taken;
        }
    }

    public Instant? NextDue(string receiver, Instant after)
    {
        lock (_gate)
        {
            var next = _session[$"SELECT MIN(next_at) FROM {Outbox} WHERE receiver = @receiver AND status = 0 AND next_at > @after"]
                .Set("receiver", receiver).Set("after", after.UnixMilliseconds).Number();
            return next == 0 ? null : new Instant(next);
        }
    }

    public List<long> First(string receiver, MessageStatus status, Instant upTo, int limit) => Numbers(
        $"""
        SELECT number FROM {Outbox} WHERE receiver = @receiver AND status = @status AND next_at <= @up_to AND claimed_until <= {database.Dialect.Now}
        ORDER BY next_at, left_at{_limit}
        """,
        statement => statement.Set("receiver", receiver).Set("status", (int)status).Set("up_to", upTo.UnixMilliseconds).Set("limit", limit));

    public List<long> EndedBefore(Instant before, int limit) => Numbers(
        $"SELECT number FROM {Outbox} WHERE ended_at > 0 AND ended_at < @before ORDER BY ended_at{_limit}",
        statement => statement.Set("before", before.UnixMilliseconds).Set("limit", limit));

    public List<(string Receiver, MessageStatus Status, long Messages)> Counts()
    {
        lock (_gate)
        {
            var counts = new List<(string Receiver, MessageStatus Status, long Messages)>();
            using var rows = _session[$"SELECT receiver, status, COUNT(*) FROM {Outbox} GROUP BY receiver, status"].Query();
            while (rows.Read())
            {
                counts.Add((rows.GetString(0), (MessageStatus)rows.GetInt32(1), Convert.ToInt64(rows.GetValue(2))));
            }

            return counts;
        }
    }

    public int Write(IReadOnlyList<MessageNote> notes)
    {
        lock (_gate)
        {
            _session.Begin();
            try
            {
                // Rows in the order that everybody locks in, then sums.
                var changed = 0;
                var sums = new SortedDictionary<(string Receiver, MessageStatus Status), long>();
                foreach (var note in notes.OrderBy(note => note.Number))
                {
                    changed += Write(note, sums);
                }

                foreach (var (name, messages) in sums)
                {
                    Count(name.Receiver, name.Status, messages);
                }

                _session.Commit();
                return changed;
            }
            catch (Exception)
            {
                _session.Rollback();
                throw;
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private int Write(MessageNote note, SortedDictionary<(string Receiver, MessageStatus Status), long> sums)
    {
        const string Own = "number = @number AND claimed_by = @who";
        switch (note)
        {
            case MessageNote.Made made:
                return _session[$"UPDATE {Outbox} SET made = 1, content = @content WHERE {Own} AND made = 0"]
                    .Set("content", made.Body.ToArray()).Set("number", made.Number).Set("who", _who).Run();
            case MessageNote.Delivered delivered:
                return Delete(delivered.Number, "0 = 0", delivered: true, sums);
            case MessageNote.Failed failed:
                return _session[
                    $"UPDATE {Outbox} SET attempts = attempts + 1, failure = @failure, failed_at = @at, next_at = @next_at, {Free} WHERE {Own} AND status = 0"]
                    .Set("failure", failed.Failure).Set("at", failed.At.UnixMilliseconds).Set("next_at", failed.NextAt.UnixMilliseconds)
                    .Set("number", failed.Number).Set("who", _who).Run();
            case MessageNote.Died died:
                return _session[
                    $"""
                    UPDATE {Outbox} SET attempts = attempts + @attempts, failure = @failure, failed_at = @at, status = 2, ended_at = @at, {Free}
                    WHERE number = @number AND (claimed_by = @who OR claimed_until <= {database.Dialect.Now}) AND status = 0
                    """]
                    .Set("attempts", died.Attempts).Set("failure", died.Failure).Set("at", died.At.UnixMilliseconds)
                    .Set("number", died.Number).Set("who", _who).Run();
            case MessageNote.Withdrawn withdrawn:
                return _session[$"UPDATE {Outbox} SET status = 3, failure = @failure, ended_at = @at, {Free} WHERE {Own} AND status = 0"]
                    .Set("failure", withdrawn.Rule).Set("at", withdrawn.At.UnixMilliseconds).Set("number", withdrawn.Number).Set("who", _who).Run();
            case MessageNote.Resent resent:
                return _session[
                    $"UPDATE {Outbox} SET status = 0, ended_at = 0, attempts = 0, since = @at, next_at = @at, {Free} WHERE number = @number AND status = 2"]
                    .Set("at", resent.At.UnixMilliseconds).Set("number", resent.Number).Run();
            case MessageNote.Released released:
                _session[$"UPDATE {Outbox} SET {Free} WHERE {Own}"].Set("number", released.Number).Set("who", _who).Run();
                return 0;
            case MessageNote.Forgotten forgotten:
                return Delete(forgotten.Number, "status IN (2, 3)", delivered: false, sums);
            default:
                throw new UnreachableException($"note {note.GetType().Name}");
        }
    }

    /// <summary>Deletes a row and counts it as what it has become. What another process has deleted is counted already.</summary>
    private int Delete(long number, string condition, bool delivered, SortedDictionary<(string Receiver, MessageStatus Status), long> sums)
    {
        (string Receiver, MessageStatus Status) name;
        using (var row = _session[$"SELECT receiver, status FROM {Outbox} WHERE number = @number AND {condition}"].Set("number", number).Query())
        {
            if (!row.Read())
            {
                return 0;
            }

            var status = (MessageStatus)row.GetInt32(1);
            name = (row.GetString(0), delivered ? MessageStatus.Delivered : status == MessageStatus.Dead ? MessageStatus.Discarded : status);
        }

        var deleted = _session[$"DELETE FROM {Outbox} WHERE number = @number AND {condition}"].Set("number", number).Run();
        if (deleted > 0)
        {
            sums[name] = sums.GetValueOrDefault(name) + 1;
        }

        return deleted;
    }

    private void Count(string receiver, MessageStatus status, long messages)
    {
        const string Total = SqlDialect.Schema + "outbox_total";
        var known = _session[$"UPDATE {Total} SET messages = messages + @messages WHERE receiver = @receiver AND status = @status"]
            .Set("messages", messages).Set("receiver", receiver).Set("status", (int)status).Run();
        if (known == 0)
        {
            // Another process may be the first at the same time: then the whole is written once more.
            _session[$"INSERT INTO {Total}(receiver, status, messages) VALUES (@receiver, @status, @messages)"]
                .Set("messages", messages).Set("receiver", receiver).Set("status", (int)status).Run();
        }
    }

    private List<long> Numbers(string sql, Action<SqlStatement> set)
    {
        lock (_gate)
        {
            var numbers = new List<long>();
            var statement = _session[sql];
            set(statement);
            using var rows = statement.Query();
            while (rows.Read())
            {
                numbers.Add(rows.GetInt64(0));
            }

            return numbers;
        }
    }
}
