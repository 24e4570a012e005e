using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>The outbox's part of a checkpoint's transaction.</summary>
internal sealed class SqliteMessageWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>Entry of the store's schema. number: in the order of being written down. decision: the index of that which it carries, -1 for none.
    /// since: from when on it waits; next_at: when the next attempt is due; ended_at: when it died or was withdrawn, 0 before; all by the clock
    /// of deliveries. content: an envelope with what the body is made of, or once made is 1 with the body. outbox_total counts rows that are no
    /// longer there.</summary>
    public const string Schema =
        """
        CREATE TABLE outbox(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            customer BLOB NOT NULL,
            version INTEGER NOT NULL,
            position INTEGER NOT NULL,
            receiver TEXT NOT NULL,
            kind INTEGER NOT NULL,
            journey TEXT NOT NULL,
            step TEXT NOT NULL,
            decision INTEGER NOT NULL,
            left_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            since INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            failure TEXT NOT NULL,
            failed_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            made INTEGER NOT NULL,
            content BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX outbox_message ON outbox(customer, version, position);
        CREATE INDEX outbox_due ON outbox(receiver, status, next_at, left_at);
        CREATE INDEX outbox_ended ON outbox(ended_at) WHERE ended_at > 0;
        CREATE TABLE outbox_total(
            receiver TEXT NOT NULL, status INTEGER NOT NULL, messages INTEGER NOT NULL,
            PRIMARY KEY(receiver, status)) STRICT, WITHOUT ROWID
        """;

    /// <summary>Entry of the store's schema. touch: <see cref="CarriedTouch.Code"/>, -1 for none, and the channel on which it goes; failure: of what was
    /// withdrawn the rule.</summary>
    public const string TouchSchema =
        """
        ALTER TABLE outbox ADD COLUMN touch INTEGER NOT NULL DEFAULT -1;
        ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT ''
        """;

    private readonly Statement _add = new(
        connection,
        """
        INSERT INTO outbox(customer, version, position, receiver, kind, journey, step, decision, left_at, since, content,
            touch, channel, next_at, status, attempts, failure, failed_at, ended_at, made)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?10, 0, 0, '', 0, 0, 0)
        """);

    private readonly Statement _withdraw = new(
        connection, "UPDATE outbox SET status = 3, failure = ?5, ended_at = ?4 WHERE customer = ?1 AND version = ?2 AND decision = ?3 AND status = 0");

    public void Add(in LeftMessage message)
    {
        var left = message.Left;
        _add.BindKey(1, message.Id.Key).Bind(2, message.Id.Version).Bind(3, (long)message.Id.Index).Bind(4, left.Receiver).Bind(5, (long)left.Kind)
            .Bind(6, left.Journey).Bind(7, left.Step).Bind(8, (long)message.Decision).Bind(9, left.At.UnixMilliseconds)
            .Bind(10, message.Since.UnixMilliseconds).Bind(11, message.Letter.Span)
            .Bind(12, (long)(message.Touch?.Code ?? CarriedTouch.None)).Bind(13, message.Touch?.Channel ?? "").Run();
    }

    public void Withdraw(CustomerKey key, TouchWithdrawn touch, Instant at) =>
        _withdraw.BindKey(1, key).Bind(2, touch.Version).Bind(3, (long)touch.Index).Bind(4, at.UnixMilliseconds).Bind(5, touch.Rule).Run();

    public void Dispose()
    {
        _add.Dispose();
        _withdraw.Dispose();
    }
}
