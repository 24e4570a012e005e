using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>
/// A stateless service on PostgreSQL: a customer is a row. A turn takes two journeys to the server: BEGIN with SELECT … FOR UPDATE, and once it is
/// decided UPDATE with COMMIT, all prepared.
/// </summary>
public sealed class PostgresCustomers : ICustomers, IAsyncDisposable
{
    // Rows have room beside them so that an update stays on its page and touches no index; states are kept in the row where they fit.
    private const string Schema = """
        CREATE TABLE customer (key bytea PRIMARY KEY, state bytea NOT NULL) WITH (fillfactor = 50);
        ALTER TABLE customer ALTER COLUMN state SET STORAGE MAIN;
        """;

    private const string Select = "SELECT state FROM customer WHERE key = $1 FOR UPDATE";

    private readonly PeerTurns _turns;
    private readonly NpgsqlDataSource _source;

    private PostgresCustomers(PeerTurns turns, NpgsqlDataSource source) => (_turns, _source) = (turns, source);

    /// <param name="connections">Of the pool: more wait for one, and share the flushes of the server's log with as many others.</param>
    public static async Task<PostgresCustomers> Connect(string server, int connections, PeerTurns turns, CancellationToken ct)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server)
        {
            MinPoolSize = connections, MaxPoolSize = connections, MaxAutoPrepare = 16, AutoPrepareMinUsages = 2, NoResetOnClose = true, Enlist = false,
        });
        await using var create = source.CreateCommand(Schema);
        await create.ExecuteNonQueryAsync(ct);
        return new PostgresCustomers(turns, source);
    }

    public async ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct)
    {
        if (_turns.KeyOf(request) is not { } key)
        {
            return await _turns.Refuse(request, ct).ConfigureAwait(false);
        }

        var name = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(name, key.Value);
        await using var connection = await _source.OpenConnectionAsync(ct).ConfigureAwait(false);
        try
        {
            var before = await Read(connection, name, "BEGIN", Select, ct).ConfigureAwait(false)
                ?? await Read(connection, name, "INSERT INTO customer (key, state) VALUES ($1, '') ON CONFLICT DO NOTHING", Select, ct).ConfigureAwait(false);
            var answer = Decide(key, request, before!, out var after);
            await Write(connection, name, after, ct).ConfigureAwait(false);
            return answer;
        }
        catch (Exception)
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await rollback.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) => default;

    public ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => default;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Runs a statement and then one that reads the state; null: there is no row.</summary>
    private static async ValueTask<byte[]?> Read(NpgsqlConnection connection, byte[] name, string first, string select, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(first), new(select) { Parameters = { Bytes(name) } } } };
        if (first.Contains("$1", StringComparison.Ordinal))
        {
            batch.BatchCommands[0].Parameters.Add(Bytes(name));
        }

        await using var reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? reader.GetFieldValue<byte[]>(0) : null;
    }

    private static async ValueTask Write(NpgsqlConnection connection, byte[] name, byte[] after, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (after.Length > 0)
        {
            batch.BatchCommands.Add(new("UPDATE customer SET state = $2 WHERE key = $1") { Parameters = { Bytes(name), Bytes(after) } });
        }

        batch.BatchCommands.Add(new("COMMIT"));
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private static NpgsqlParameter<byte[]> Bytes(byte[] value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private TurnAnswer Decide(CustomerKey key, TurnRequest request, byte[] before, out byte[] after)
    {
        var writer = new ByteWriter(stackalloc byte[2048]);
        try
        {
            var answer = _turns.Take(key, request, before, ref writer, out _);
            after = writer.Written.ToArray();
            return answer;
        }
        finally
        {
            writer.Dispose();
        }
    }
}
