using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Shared;

/// <summary>Customers on a shared database. Turns stand there one row each from their commit on; checkpoints bring snapshots, columns
/// and sums after them.</summary>
internal sealed class SharedStore : ICustomerStore
{
    /// <summary>A statement that takes longer won't come back in time for anybody.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private const string AdoptedName = "adopted";
    private const string VaultName = "vault";

    private readonly SharedDatabase _database;
    private readonly Writers _writers;
    private readonly Keyring? _keyring;
    private readonly Lock _publishing = new();

    public SharedStore(SharedDatabase database, Writers writers, Keyring? keyring)
    {
        (_database, _writers, _keyring) = (database, writers, keyring);
        Dialect = database.Dialect.Queries with { Schema = database.In(SqlDialect.Schema) };
        Writer = OpenWriter();
        using var session = OpenSession();
        using var meta = session[$"SELECT value FROM {SqlDialect.Schema}meta WHERE name = @name"].Set("name", Migration.Secret).Query();
        Secret = meta.Read() ? meta.GetFieldValue<byte[]>(0) : throw new InvalidDataException("The database has no secret.");
    }

    public byte[] Secret { get; }

    public QueryDialect Dialect { get; }

    /// <summary>Which vault the keys of its customers are in: the one noted first; null: none was.</summary>
    public string? Vault(string? name)
    {
        const string Find = $"SELECT value FROM {SqlDialect.Schema}meta WHERE name = @name";
        using var session = OpenSession();
        if (name is not null)
        {
            TryWrite(
                one => one[$"INSERT INTO {SqlDialect.Schema}meta(name, value) VALUES (@name, @value)"]
                    .Set("name", VaultName).Set("value", Encoding.UTF8.GetBytes(name)).Run(),
                one => HasVault(one));
        }

        using var found = session[Find].Set("name", VaultName).Query();
        return found.Read() ? Encoding.UTF8.GetString(found.GetFieldValue<byte[]>(0)) : null;
    }

    public IStoreWriter Writer { get; }

    public Lock Writing { get; } = new();

    public IStoreReader OpenReader() => new SharedReader(OpenSession(), _keyring);

    /// <summary>A writer beside <see cref="Writer"/>, for another thread.</summary>
    public SharedWriter OpenWriter() => new(new SqlSession(_database, TimeSpan.FromSeconds(30)), _keyring);

    public void Forbid(CustomerKey customer)
    {
        using var session = OpenSession();
        session[
            $"""
            INSERT INTO {SqlDialect.Schema}erased(customer) SELECT @customer
            WHERE NOT EXISTS (SELECT 1 FROM {SqlDialect.Schema}erased WHERE customer = @customer)
            """].Set("customer", KeyColumn.Of(customer)).Run();
    }

    public IOutboxStore OpenOutbox() => new SharedOutbox(_database);

    public DbConnection OpenQueries() => _database.Source.OpenConnection();

    public void Cancel(DbCommand query) => query.Cancel();

    public Instant? AsOfOthers(DbCommand query)
    {
        query.CommandText = _database.In(string.Create(
            CultureInfo.InvariantCulture, $"SELECT MIN(as_of) FROM {SqlDialect.Schema}writer WHERE id <> '{_writers.Id}'"));
        return query.ExecuteScalar() is long asOf ? new Instant(asOf) : null;
    }

    public int Adopted
    {
        get
        {
            using var session = OpenSession();
            using var found = session[$"SELECT value FROM {SqlDialect.Schema}meta WHERE name = @name"].Set("name", AdoptedName).Query();
            return found.Read() ? BinaryPrimitives.ReadInt32BigEndian(found.GetFieldValue<byte[]>(0)) : 0;
        }

        set
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            using var session = OpenSession();
            if (session[$"UPDATE {SqlDialect.Schema}meta SET value = @value WHERE name = @name AND value < @value"]
                .Set("name", AdoptedName).Set("value", bytes).Run() == 0)
            {
                session[$"INSERT INTO {SqlDialect.Schema}meta(name, value) SELECT @name, @value WHERE NOT EXISTS (SELECT 1 FROM {SqlDialect.Schema}meta WHERE name = @name)"]
                    .Set("name", AdoptedName).Set("value", bytes).Run();
            }
        }
    }

    public bool TryAddPlaybook(Playbook playbook, Instant at, int? rolledBackTo, AuditEntry entry) => TryWrite(
        session =>
        {
            session[
                $"""
                INSERT INTO {SqlDialect.Schema}playbook(version, name, document, published_at, rolled_back_to)
                VALUES (@version, @name, @document, @at, @rolled_back_to)
                """]
                .Set("version", playbook.Version).Set("name", playbook.Name).Set("document", playbook.Source.ToArray())
                .Set("at", at.UnixMilliseconds).Set("rolled_back_to", (object?)rolledBackTo ?? DBNull.Value).Run();
            Add(session, entry);
        },
        session => Has(session, "playbook", "version", playbook.Version) || Has(session, "audit", "number", entry.Number));

    public bool TryAppend(AuditEntry entry, ReadOnlyMemory<byte>? draft) => TryWrite(
        session =>
        {
            Add(session, entry);
            if (draft is { } document)
            {
                session[$"INSERT INTO {SqlDialect.Schema}draft(number, document) VALUES (@number, @document)"]
                    .Set("number", entry.Number).Set("document", document.ToArray()).Run();
            }
        },
        session => Has(session, "audit", "number", entry.Number));

    public void Dispose() => Writer.Dispose();

    private SqlSession OpenSession() => new(_database, ReadTimeout);

    /// <summary>All or nothing; false: it is taken.</summary>
    private bool TryWrite(Action<SqlSession> write, Func<SqlSession, bool> isTaken)
    {
        lock (_publishing)
        {
            using var session = OpenSession();
            session.Begin();
            try
            {
                write(session);
                session.Commit();
                return true;
            }
            catch (DbException e)
            {
                session.Rollback();
                if (isTaken(session))
                {
                    return false;
                }

                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
                throw;
            }
        }
    }

    private static void Add(SqlSession session, AuditEntry entry) => session[
        $"""
        INSERT INTO {SqlDialect.Schema}audit(number, at, person, step, draft, version, passed, document, detail, previous, hash)
        VALUES (@number, @at, @person, @step, @draft, @version, @passed, @document, @detail, @previous, @hash)
        """]
        .Set("number", entry.Number).Set("at", entry.At.UnixMilliseconds).Set("person", entry.Person).Set("step", entry.Step.ToString())
        .Set("draft", entry.Draft).Set("version", entry.Version).Set("passed", entry.Passed ? 1 : 0).Set("document", entry.Document)
        .Set("detail", entry.Detail).Set("previous", entry.Previous).Set("hash", entry.Hash).Run();

    private static bool HasVault(SqlSession session) =>
        session[$"SELECT COUNT(*) FROM {SqlDialect.Schema}meta WHERE name = @name"].Set("name", VaultName).Number() > 0;

    private static bool Has(SqlSession session, string table, string column, long number) =>
        session[$"SELECT COUNT(*) FROM {SqlDialect.Schema}{table} WHERE {column} = @number"].Set("number", number).Number() > 0;
}
