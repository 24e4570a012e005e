using System.Data.Common;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Queries;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Shared;

/// <summary>Customers on a shared database. Turns stand there one row each from their commit on; checkpoints bring snapshots, columns
/// and sums after them.</summary>
internal sealed class SharedStore : ICustomerStore
{
    /// <summary>A statement that takes longer won't come back in time for anybody.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly SharedDatabase _database;
    private readonly Writers _writers;
    private readonly Lock _publishing = new();

    public SharedStore(SharedDatabase database, Writers writers)
    {
        (_database, _writers) = (database, writers);
        Writer = OpenWriter();
        using var session = OpenSession();
        using var meta = session[$"SELECT value FROM {SqlDialect.Schema}meta WHERE name = @name"].Set("name", Migration.Secret).Query();
        Secret = meta.Read() ? meta.GetFieldValue<byte[]>(0) : throw new InvalidDataException("The database has no secret.");
    }

    public byte[] Secret { get; }

    public QueryDialect Dialect => _database.Dialect.Queries;

    public IStoreWriter Writer { get; }

    public Lock Writing { get; } = new();

    public IStoreReader OpenReader() => new SharedReader(OpenSession());

    /// <summary>A writer beside <see cref="Writer"/>, for another thread.</summary>
    public SharedWriter OpenWriter() => new(new SqlSession(_database, TimeSpan.FromSeconds(30)));

    public DbConnection OpenQueries() => _database.Source.OpenConnection();

    public void Cancel(DbCommand query) => query.Cancel();

    public Instant? AsOfOthers(DbCommand query)
    {
        query.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"SELECT MIN(as_of) FROM {SqlDialect.Schema}writer WHERE id <> '{_writers.Id}'");
        return query.ExecuteScalar() is long asOf ? new Instant(asOf) : null;
    }

    public bool TryAddPlaybook(Playbook playbook, Instant at, int? rolledBackTo)
    {
        lock (_publishing)
        {
            using var session = OpenSession();
            try
            {
                session[
                    $"""
                    INSERT INTO {SqlDialect.Schema}playbook(version, name, document, published_at, rolled_back_to)
                    VALUES (@version, @name, @document, @at, @rolled_back_to)
                    """]
                    .Set("version", playbook.Version).Set("name", playbook.Name).Set("document", playbook.Source.ToArray())
                    .Set("at", at.UnixMilliseconds).Set("rolled_back_to", (object?)rolledBackTo ?? DBNull.Value).Run();
                return true;
            }
            catch (DbException) when (HasPlaybook(session, playbook.Version))
            {
                return false;
            }
        }
    }

    public void Dispose() => Writer.Dispose();

    private SqlSession OpenSession() => new(_database, ReadTimeout);

    private static bool HasPlaybook(SqlSession session, int version) =>
        session[$"SELECT COUNT(*) FROM {SqlDialect.Schema}playbook WHERE version = @version"].Set("version", version).Number() > 0;
}
