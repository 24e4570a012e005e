using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Shared;

/// <content>Forgetting.</content>
internal sealed partial class SharedWriter
{
    private static readonly (string What, string Table, string Column)[] Erasable =
    [
        ("snapshots", "customer", "\"key\""), ("turns", "turn", "customer"), ("anchors", "anchor", "customer"), ("ids seen", "seen", "customer"),
        ("memberships", "member", "customer"), ("messages", "outbox", "customer"),
    ];

    public List<ErasedRows> Count(in StoredRow row)
    {
        var counts = new List<ErasedRows>();
        foreach (var (what, table, column) in Erasable)
        {
            counts.Add(new ErasedRows(
                "database", what,
                _session[$"SELECT COUNT(*) FROM {Schema}{table} WHERE {column} = @customer"].Set("customer", KeyColumn.Of(row.Key)).Number()));
        }

        return counts;
    }

    public void Forget(in StoredRow row, long through, Instant lastAt, ReadOnlySpan<byte> anchor)
    {
        var customer = KeyColumn.Of(row.Key);
        _session[$"DELETE FROM {Schema}anchor WHERE customer = @customer AND version <= @through"].Set("customer", customer).Set("through", through).Run();
        _session[$"INSERT INTO {Schema}anchor(customer, version, at, state) VALUES (@customer, @version, @at, @state)"]
            .Set("customer", customer).Set("version", through).Set("at", lastAt.UnixMilliseconds)
            .Set("state", _sealer.Seal(row.Key, through, EnvelopeKind.Anchor, anchor, row.Secret).ToArray()).Run();
        _session[$"DELETE FROM {Schema}turn WHERE customer = @customer AND version <= @through"].Set("customer", customer).Set("through", through).Run();
    }

    public void Erase(in StoredRow row, ImmutableArray<ImmutableArray<string>> journeys)
    {
        var customer = KeyColumn.Of(row.Key);
        if (row.Version > 0)
        {
            var stage = (Stage)_session[$"SELECT stage FROM {Schema}customer WHERE number = @number"].Set("number", row.Number).Number();
            _totals.AddErased(stage, SegmentsOf(customer), journeys);
            Count(row.Measures, -1);
        }

        // Whoever was appending when the customer was forbidden has committed by now: lanes are held as long as that takes.
        _session[$"UPDATE {Schema}lane SET number = number"].Run();
        foreach (var (receiver, status, messages) in MessagesOf(customer))
        {
            var end = status switch { 0 => 3, 2 => 4, _ => status };
            if (_session[$"UPDATE {Schema}outbox_total SET messages = messages + @messages WHERE receiver = @receiver AND status = @status"]
                .Set("messages", messages).Set("receiver", receiver).Set("status", end).Run() == 0)
            {
                _session[$"INSERT INTO {Schema}outbox_total(receiver, status, messages) VALUES (@receiver, @status, @messages)"]
                    .Set("messages", messages).Set("receiver", receiver).Set("status", end).Run();
            }
        }

        foreach (var (_, table, column) in Erasable)
        {
            _session[$"DELETE FROM {Schema}{table} WHERE {column} = @customer"].Set("customer", customer).Run();
        }
    }

    private List<string> SegmentsOf(Guid customer)
    {
        var names = new List<string>();
        using var segments = _session[$"SELECT segment FROM {Schema}member WHERE customer = @customer"].Set("customer", customer).Query();
        while (segments.Read())
        {
            names.Add(segments.GetString(0));
        }

        return names;
    }

    private List<(string Receiver, int Status, long Messages)> MessagesOf(Guid customer)
    {
        var counts = new List<(string Receiver, int Status, long Messages)>();
        using var rows = _session[$"SELECT receiver, status, COUNT(*) FROM {Schema}outbox WHERE customer = @customer GROUP BY receiver, status"]
            .Set("customer", customer).Query();
        while (rows.Read())
        {
            counts.Add((rows.GetString(0), rows.GetInt32(1), Convert.ToInt64(rows.GetValue(2))));
        }

        return counts;
    }
}
