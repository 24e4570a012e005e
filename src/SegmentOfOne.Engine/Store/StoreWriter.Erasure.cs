using System.Collections.Immutable;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <content>Forgetting is seldom: its statements are made when they are needed.</content>
internal sealed partial class StoreWriter
{
    private const string File = "customers.db";

    private static readonly (string What, string Table, bool ByKey)[] Erasable =
    [
        ("snapshots", "customer", true), ("stretches of history", "history", false), ("ids seen", "seen", false), ("memberships", "member", false),
        ("messages", "outbox", true),
    ];

    public List<ErasedRows> Count(in StoredRow row)
    {
        var counts = new List<ErasedRows>();
        foreach (var (what, table, byKey) in Erasable)
        {
            using var count = Of(row, $"SELECT COUNT(*) FROM {table}", table, byKey);
            count.Step();
            counts.Add(new ErasedRows(File, what, count.Int64(0)));
        }

        return counts;
    }

    public void Forget(in StoredRow row, long through, Instant lastAt, ReadOnlySpan<byte> anchor)
    {
        using var empty = new Statement(
            _connection, "UPDATE history SET first_version = last_version + 1, turns = ?3, anchor = ?4 WHERE customer = ?1 AND last_version = ?2");
        empty.Bind(1, row.Number).Bind(2, through).Bind(3, _sealer.Seal(row.Key, through, EnvelopeKind.Turns, [], row.Secret))
            .Bind(4, _sealer.Seal(row.Key, through, EnvelopeKind.Anchor, anchor, row.Secret)).Run();
        using var delete = new Statement(_connection, "DELETE FROM history WHERE customer = ?1 AND last_version < ?2");
        delete.Bind(1, row.Number).Bind(2, through).Run();
    }

    public void Erase(in StoredRow row, ImmutableArray<ImmutableArray<string>> journeys)
    {
        if (row.Version == 0)
        {
            return;
        }

        _totals.AddErased(StageOf(row), SegmentsOf(row), journeys);
        CountMeasures(row.Measures, -1);
        using (var messages = new Statement(
            _connection,
            """
            INSERT INTO outbox_total(receiver, status, messages)
            SELECT receiver, CASE status WHEN 0 THEN 3 WHEN 2 THEN 4 ELSE status END, COUNT(*) FROM outbox WHERE customer = ?1 GROUP BY 1, 2
            ON CONFLICT DO UPDATE SET messages = messages + excluded.messages
            """))
        {
            messages.BindKey(1, row.Key).Run();
        }

        // What is deleted is overwritten, too: of what is not encrypted nothing shall be left in the file.
        Database.Execute(_connection, "PRAGMA secure_delete = ON");
        foreach (var (_, table, byKey) in Erasable)
        {
            using var delete = Of(row, $"DELETE FROM {table}", table, byKey);
            delete.Run();
        }

        Database.Execute(_connection, "PRAGMA secure_delete = OFF");
    }

    /// <summary>Reads the sums. Names from before there was a vault are stored anew.</summary>
    private void RestoreTotals()
    {
        var outdated = new List<(TotalName Name, string Text, string Value)>();
        using (var totals = new Statement(_connection, "SELECT kind, name, value FROM total"))
        {
            while (totals.Step())
            {
                var (text, value) = (totals.Text(1), totals.Text(2));
                var name = _sumNames.Of(totals.Text(0), text);
                _totals.Restore(name, decimal.Parse(value, CultureInfo.InvariantCulture));
                if (_sumNames.IsOutdated(name, text))
                {
                    outdated.Add((name, text, value));
                }
            }
        }

        if (outdated.Count == 0)
        {
            return;
        }

        Database.Execute(_connection, "PRAGMA secure_delete = ON");
        _begin.Run();
        using var delete = new Statement(_connection, "DELETE FROM total WHERE kind = ?1 AND name = ?2");
        foreach (var (name, text, value) in outdated)
        {
            delete.Bind(1, name.Kind.ToString()).Bind(2, text).Run();
            _total.Bind(1, name.Kind.ToString()).Bind(2, _sumNames.ToText(name)).Bind(3, value).Run();
        }

        _commit.Run();
        Database.Execute(_connection, "PRAGMA secure_delete = OFF");
    }

    private Statement Of(in StoredRow row, string verb, string table, bool byKey)
    {
        var statement = new Statement(_connection, $"{verb} WHERE {(!byKey || table == "outbox" ? "customer" : "key")} = ?1");
        return byKey ? statement.BindKey(1, row.Key) : statement.Bind(1, row.Number);
    }

    private Stage StageOf(in StoredRow row)
    {
        using var stage = new Statement(_connection, "SELECT stage FROM customer WHERE number = ?1");
        stage.Bind(1, row.Number).Step();
        return (Stage)stage.Int64(0);
    }

    private List<string> SegmentsOf(in StoredRow row)
    {
        var names = new List<string>();
        using var segments = new Statement(_connection, "SELECT segment FROM member WHERE customer = ?1");
        segments.Bind(1, row.Number);
        while (segments.Step())
        {
            names.Add(segments.Text(0));
        }

        return names;
    }
}
