using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>
/// The outbox in customers.db. It is written through the one connection that writes that file, under the store's lock: another one would
/// make it forget its pages. Who holds a message stands in memory: the file has one process.
/// </summary>
internal sealed class SqliteOutbox : IOutboxStore
{
    private const string OfReceiver = "FROM outbox WHERE receiver = ?1 AND status = ?2";

    private readonly Lock _reading = new();
    private readonly Lock _writing;
    private readonly HashSet<long> _held = [];
    private readonly SqliteConnection _reader;
    private readonly SqliteConnection _writer;
    private readonly Statement _due;
    private readonly Statement _next;
    private readonly Statement _first;
    private readonly Statement _ended;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _made;
    private readonly Statement _delivered;
    private readonly Statement _failed;
    private readonly Statement _died;
    private readonly Statement _withdrawn;
    private readonly Statement _resent;
    private readonly Statement _forgotten;
    private readonly Statement _total;

    public SqliteOutbox(string file, SqliteConnection writer, Lock writing)
    {
        (_writer, _writing) = (writer, writing);
        _reader = Database.OpenReader(file);
        _due = new Statement(
            _reader, $"SELECT number, customer, version, position, since, attempts, decision, touch, channel, made, content {OfReceiver} AND next_at <= ?3 ORDER BY next_at, left_at LIMIT ?4");
        _next = new Statement(_reader, $"SELECT MIN(next_at) {OfReceiver} AND next_at > ?3");
        _first = new Statement(_reader, $"SELECT number {OfReceiver} AND next_at <= ?3 ORDER BY next_at, left_at LIMIT ?4");
        _ended = new Statement(_reader, "SELECT number FROM outbox WHERE ended_at > 0 AND ended_at < ?1 LIMIT ?2");
        _begin = new Statement(writer, "BEGIN IMMEDIATE");
        _commit = new Statement(writer, "COMMIT");
        _made = new Statement(writer, "UPDATE outbox SET made = 1, content = ?2 WHERE number = ?1 AND made = 0");
        _delivered = new Statement(writer, "DELETE FROM outbox WHERE number = ?1 RETURNING receiver, status");
        _failed = new Statement(
            writer, "UPDATE outbox SET attempts = attempts + 1, failure = ?2, failed_at = ?3, next_at = ?4 WHERE number = ?1 AND status = 0");
        _died = new Statement(
            writer, "UPDATE outbox SET attempts = attempts + ?4, failure = ?2, failed_at = ?3, status = 2, ended_at = ?3 WHERE number = ?1 AND status = 0");
        _withdrawn = new Statement(writer, "UPDATE outbox SET status = 3, failure = ?2, ended_at = ?3 WHERE number = ?1 AND status = 0");
        _resent = new Statement(
            writer, "UPDATE outbox SET status = 0, ended_at = 0, attempts = 0, since = ?2, next_at = ?2 WHERE number = ?1 AND status = 2");
        _forgotten = new Statement(writer, "DELETE FROM outbox WHERE number = ?1 AND status IN (2, 3) RETURNING receiver, status");
        _total = new Statement(
            writer, "INSERT INTO outbox_total VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET messages = messages + 1");
    }

    public List<WaitingMessage> Take(string receiver, Instant now, int limit, TimeSpan hold)
    {
        var taken = new List<WaitingMessage>();
        lock (_reading)
        {
            _due.Bind(1, receiver).Bind(2, (long)MessageStatus.Waiting).Bind(3, now.UnixMilliseconds).Bind(4, (long)limit + _held.Count);
            try
            {
                while (taken.Count < limit && _due.Step())
                {
                    if (_held.Add(_due.Int64(0)))
                    {
                        taken.Add(ReadDue(receiver));
                    }
                }
            }
            finally
            {
                _due.Reset();
            }
        }

        return taken;
    }

    public Instant? NextDue(string receiver, Instant after)
    {
        lock (_reading)
        {
            _next.Bind(1, receiver).Bind(2, (long)MessageStatus.Waiting).Bind(3, after.UnixMilliseconds);
            try
            {
                return _next.Step() && !_next.IsNull(0) ? new Instant(_next.Int64(0)) : null;
            }
            finally
            {
                _next.Reset();
            }
        }
    }

    public List<long> First(string receiver, MessageStatus status, Instant upTo, int limit)
    {
        lock (_reading)
        {
            return Numbers(_first.Bind(1, receiver).Bind(2, (long)status).Bind(3, upTo.UnixMilliseconds).Bind(4, limit));
        }
    }

    public List<long> EndedBefore(Instant before, int limit)
    {
        lock (_reading)
        {
            return Numbers(_ended.Bind(1, before.UnixMilliseconds).Bind(2, limit));
        }
    }

    public List<(string Receiver, MessageStatus Status, long Messages)> Counts()
    {
        lock (_reading)
        {
            var counts = new List<(string Receiver, MessageStatus Status, long Messages)>();
            using var all = new Statement(_reader, "SELECT receiver, status, COUNT(*) FROM outbox GROUP BY receiver, status");
            while (all.Step())
            {
                counts.Add((all.Text(0), (MessageStatus)all.Int64(1), all.Int64(2)));
            }

            return counts;
        }
    }

    public int Write(IReadOnlyList<MessageNote> notes)
    {
        var changed = 0;
        lock (_writing)
        {
            try
            {
                _begin.Run();
                foreach (var note in notes)
                {
                    changed += Write(note);
                }

                _commit.Run();
            }
            catch
            {
                Database.Rollback(_writer);
                throw;
            }
        }

        lock (_reading)
        {
            foreach (var note in notes)
            {
                if (note is not MessageNote.Made)
                {
                    _held.Remove(note.Number);
                }
            }
        }

        return changed;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _due, _next, _first, _ended, _begin, _commit, _made, _delivered, _failed, _died, _withdrawn, _resent, _forgotten, _total })
        {
            statement.Dispose();
        }

        _reader.Dispose();
    }

    private int Write(MessageNote note)
    {
        switch (note)
        {
            case MessageNote.Made made:
                return Change(_made.Bind(1, made.Number).Bind(2, made.Body.Span));
            case MessageNote.Delivered delivered:
                return Delete(_delivered.Bind(1, delivered.Number), delivered: true);
            case MessageNote.Failed failed:
                return Change(
                    _failed.Bind(1, failed.Number).Bind(2, failed.Failure).Bind(3, failed.At.UnixMilliseconds).Bind(4, failed.NextAt.UnixMilliseconds));
            case MessageNote.Died died:
                return Change(_died.Bind(1, died.Number).Bind(2, died.Failure).Bind(3, died.At.UnixMilliseconds).Bind(4, (long)died.Attempts));
            case MessageNote.Withdrawn withdrawn:
                return Change(_withdrawn.Bind(1, withdrawn.Number).Bind(2, withdrawn.Rule).Bind(3, withdrawn.At.UnixMilliseconds));
            case MessageNote.Resent resent:
                return Change(_resent.Bind(1, resent.Number).Bind(2, resent.At.UnixMilliseconds));
            case MessageNote.Forgotten forgotten:
                return Delete(_forgotten.Bind(1, forgotten.Number), delivered: false);
            case MessageNote.Released:
                return 0;
            default:
                throw new UnreachableException($"note {note.GetType().Name}");
        }
    }

    private int Change(Statement statement)
    {
        statement.Run();
        return SQLitePCL.raw.sqlite3_changes(_writer.Handle!);
    }

    /// <summary>Deletes a row and counts it as what it has become.</summary>
    private int Delete(Statement delete, bool delivered)
    {
        var found = delete.Step();
        var (receiver, status) = found ? (delete.Text(0), (MessageStatus)delete.Int64(1)) : ("", default);
        delete.Reset();
        if (found)
        {
            var end = delivered ? MessageStatus.Delivered : status == MessageStatus.Dead ? MessageStatus.Discarded : status;
            _total.Bind(1, receiver).Bind(2, (long)end).Run();
        }

        return found ? 1 : 0;
    }

    private WaitingMessage ReadDue(string receiver) => new(
        _due.Int64(0),
        new MessageId(new CustomerKey(BinaryPrimitives.ReadUInt128BigEndian(_due.Blob(1))), _due.Int64(2), (int)_due.Int64(3)),
        receiver,
        new Instant(_due.Int64(4)),
        (int)_due.Int64(5),
        CarriedTouch.Read((int)_due.Int64(6), (int)_due.Int64(7), _due.Text(8)),
        _due.Int64(9) != 0,
        _due.Blob(10).ToArray());

    private static List<long> Numbers(Statement statement)
    {
        var numbers = new List<long>();
        try
        {
            while (statement.Step())
            {
                numbers.Add(statement.Int64(0));
            }

            return numbers;
        }
        finally
        {
            statement.Reset();
        }
    }
}
