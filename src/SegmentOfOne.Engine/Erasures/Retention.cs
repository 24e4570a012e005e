using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>Forgets what is older than the playbook in force allows: customers who are silent, and turns.</summary>
internal sealed class Retention(CustomerHome home, ICustomerStore store)
{
    /// <summary>Customers looked at in one go.</summary>
    private const int AtOnce = 200;

    /// <summary>Customers erased for their silence, since this process began.</summary>
    public long Erased { get; private set; }

    /// <summary>Looks through all customers once.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        var rules = home.Shelf.InForce.Playbook.Retention;
        if (home.Keyring is not null && rules.CustomersSilent is { } silent)
        {
            await EraseSilent(home.Now - silent, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The same way as by request. Whoever came back meanwhile stays.</summary>
    private async Task EraseSilent(Instant since, CancellationToken ct)
    {
        var (at, number) = (long.MinValue, 0L);
        while (await Silent(since, at, number, ct).ConfigureAwait(false) is { Count: > 0 } rows)
        {
            foreach (var (key, _, _) in rows)
            {
                ct.ThrowIfCancellationRequested();
                if (home.IsMine(key) && await home.Eraser.Erase([key], ErasureReason.Retention, "", ct, since).ConfigureAwait(false) is not null)
                {
                    Erased++;
                }
            }

            (_, at, number) = rows[^1];
        }
    }

    private ValueTask<List<(CustomerKey Key, long LastSeen, long Number)>> Silent(Instant since, long at, long number, CancellationToken ct) => home.Lists.Run(
        command =>
        {
            command.CommandText =
                $"""
                SELECT "key", last_seen, number FROM {store.Dialect.Schema}customer
                WHERE last_seen < @since AND last_seen >= @at AND (last_seen > @at OR number > @number) ORDER BY last_seen, number{store.Dialect.Limit}
                """;
            foreach (var (name, value) in new[] { ("@since", since.UnixMilliseconds), ("@at", at), ("@number", number), ("@limit", AtOnce) })
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }

            var rows = new List<(CustomerKey Key, long LastSeen, long Number)>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add((KeyColumn.Read(reader, 0), reader.GetInt64(1), reader.GetInt64(2)));
            }

            return rows;
        },
        ct);
}
