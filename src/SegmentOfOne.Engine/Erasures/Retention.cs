using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine.Erasures;

/// <summary>Forgets what is older than the playbook in force allows: customers who are silent, and turns.</summary>
internal sealed class Retention(CustomerHome home, ICustomerStore store)
{
    /// <summary>Customers looked at in one go.</summary>
    private const int AtOnce = 200;

    /// <summary>Customers erased for their silence, since this process began.</summary>
    public long Erased { get; private set; }

    /// <summary>How often turns of a customer were forgotten, since this process began.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Looks through all customers once.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        var rules = home.Shelf.InForce.Playbook.Retention;
        if (home.Keyring is not null && rules.CustomersSilent is { } silent)
        {
            await EraseSilent(home.Now - silent, ct).ConfigureAwait(false);
        }

        if (rules.Turns is { } turns)
        {
            await ForgetTurns(home.Now - turns, ct).ConfigureAwait(false);
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
                if (home.IsMine(key) && await home.Eraser.Erase([key, .. await home.PartsOf(key, ct).ConfigureAwait(false)], ErasureReason.Retention, "", ct, since).ConfigureAwait(false) is not null)
                {
                    Erased++;
                }
            }

            (_, at, number) = rows[^1];
        }
    }

    /// <summary>Keeps of old turns the state that they led to. Rests as long as it works.</summary>
    internal async Task ForgetTurns(Instant before, CancellationToken ct)
    {
        var after = default(CustomerKey);
        while (await home.Lists.Keys(after, AtOnce, ct).ConfigureAwait(false) is { Count: > 0 } keys)
        {
            var began = TimeProvider.System.GetTimestamp();
            foreach (var key in keys)
            {
                ct.ThrowIfCancellationRequested();
                if (home.IsMine(key))
                {
                    await TryForget(key, before, ct).ConfigureAwait(false);
                }
            }

            after = keys[^1];
            await Task.Delay(TimeProvider.System.GetElapsedTime(began), ct).ConfigureAwait(false);
        }
    }

    private async Task TryForget(CustomerKey key, Instant before, CancellationToken ct)
    {
        try
        {
            var through = await home.Readers.Run(reader => reader.AtOnce(key, from => from.ForgettableThrough(key, before))).ConfigureAwait(false);
            if (through > 0)
            {
                var then = await new Story(home, key).Through(through, ct).ConfigureAwait(false);
                await Task.Run(() => Forget(then), ct).ConfigureAwait(false);
            }
        }
        catch (CustomerDamagedException)
        {
            // What can't be read can't be folded either; whoever asks for it hears that.
        }
    }

    private void Forget(Moment then)
    {
        var key = then.State.Key;
        var secret = home.Keyring?.Look(key) ?? default;
        if (secret.IsErased || then.Last is not { } last || last.Version != then.State.Version)
        {
            return;
        }

        var anchor = StateFormat.ToBytes(then.State);
        lock (store.Writing)
        {
            try
            {
                store.Writer.Begin([key]);
                var row = store.Writer.Find(key, null) with { Secret = secret.Secret };
                if (row.Version >= last.Version)
                {
                    store.Writer.Forget(row, last.Version, last.At, anchor);
                }

                store.Writer.Commit();
                Forgotten++;
            }
            catch
            {
                store.Writer.Rollback();
                throw;
            }
        }
    }

    private ValueTask<List<(CustomerKey Key, long LastSeen, long Number)>> Silent(Instant since, long at, long number, CancellationToken ct) => home.Lists.Run(
        command =>
        {
            command.CommandText =
                $"""
                SELECT "key", last_seen, number FROM {store.Dialect.Schema}customer
                WHERE last_seen < @since AND stage <> {(int)Stage.Merged} AND last_seen >= @at AND (last_seen > @at OR number > @number) ORDER BY last_seen, number{store.Dialect.Limit}
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
