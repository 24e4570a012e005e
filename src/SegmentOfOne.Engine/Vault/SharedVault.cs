using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Vault;

/// <summary>
/// A vault on a database server, in a schema of its own: the same database as the data's or another. Backups of the data mustn't hold that
/// schema, or what was erased can be read out of them. Several processes may draw a key for one customer: the first to keep it wins.
/// </summary>
internal sealed class SharedVault : IVaultStore
{
    private const string Schema = "segmentofone_vault.";
    private const string Columns = "id, subject, person, reason, at, customers, finished_at, certificate";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SharedDatabase _database;
    private readonly ConcurrentBag<SqlSession> _idle = [];

    /// <exception cref="SharedDatabaseException">It can't be used.</exception>
    public SharedVault(SharedDatabase database)
    {
        _database = database;
        try
        {
            using var connection = database.Source.OpenConnection();
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            foreach (var sql in (string[])[database.Dialect.LockMigration, .. database.Dialect.VaultSchema])
            {
                command.CommandText = database.In(sql);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
        catch (DbException e)
        {
            throw new SharedDatabaseException(SharedDatabaseProblem.Unreachable, $"The vault can't be used: {e.Message}", e);
        }
    }

    /// <summary>Opens a vault with its keys. A master key that nobody gave is in the vault itself.</summary>
    /// <exception cref="SharedDatabaseException">It can't be used; the message says why and what to do.</exception>
    public static Keyring Open(SharedDatabase database, ReadOnlyMemory<byte>? masterKey)
    {
        var vault = new SharedVault(database);
        try
        {
            var key = masterKey?.ToArray() ?? vault.Meta(Keyring.MasterName, () => RandomNumberGenerator.GetBytes(MasterKey.Bytes));
            return key.Length == MasterKey.Bytes
                ? new Keyring(vault, new MasterKey(key), isShared: true)
                : throw new SharedDatabaseException(
                    SharedDatabaseProblem.Unreachable, "The vault's master key isn't in the vault. Give it with --master-key or SEGMENTOFONE_MASTER_KEY.");
        }
        catch (DataFolderException e)
        {
            vault.Dispose();
            throw new SharedDatabaseException(SharedDatabaseProblem.Unreachable, e.Message, e);
        }
        catch
        {
            vault.Dispose();
            throw;
        }
    }

    public byte[] Meta(string name, Func<byte[]> first) => Use(session =>
    {
        const string Find = $"SELECT value FROM {Schema}meta WHERE name = @name";
        if (Bytes(session[Find].Set("name", name)) is { } found)
        {
            return found;
        }

        try
        {
            session[$"INSERT INTO {Schema}meta(name, value) VALUES (@name, @value)"].Set("name", name).Set("value", first()).Run();
        }
        catch (DbException) when (Bytes(session[Find].Set("name", name)) is not null)
        {
            // Another process was the first.
        }

        return Bytes(session[Find].Set("name", name))!;
    });

    public StoredSecret Find(CustomerKey customer, UInt128 mark) => Use(session => session.Read(() =>
    {
        using var row = session[
            $"""
            SELECT (SELECT wrapped FROM {Schema}secret WHERE customer = @customer), (SELECT COUNT(*) FROM {Schema}tombstone WHERE mark = @mark)
            """].Set("customer", KeyColumn.Of(customer)).Set("mark", Uuid(mark)).Query();
        row.Read();
        var erased = Convert.ToInt64(row.GetValue(1)) > 0;
        return new StoredSecret(erased || row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0), erased);
    }));

    public void Add(IReadOnlyList<WrappedSecret> secrets, ICollection<CustomerKey> refused) => Use(session =>
    {
        var rows = new RowSet();
        var (customers, marks, wrapped) = (rows.AddColumn<Guid>("customer"), rows.AddColumn<Guid>("mark"), rows.AddColumn<ReadOnlyMemory<byte>>("wrapped"));
        foreach (var secret in secrets)
        {
            customers.Add(KeyColumn.Of(secret.Customer));
            marks.Add(Uuid(secret.Mark));
            wrapped.Add(secret.Wrapped);
        }

        var from = rows.From(session.Dialect);
        session[session.Dialect.KeepSecrets.Replace("{rows}", from, StringComparison.Ordinal)].Set(rows).Run();

        // A nonce is never used twice, so what is there is this process's when it is the same.
        using var others = session[
            $"""
            SELECT e.customer FROM {from}
            WHERE NOT EXISTS (SELECT 1 FROM {Schema}secret s WHERE s.customer = e.customer AND s.wrapped = e.wrapped)
                OR EXISTS (SELECT 1 FROM {Schema}tombstone t WHERE t.mark = e.mark)
            """].Set(rows).Query();
        while (others.Read())
        {
            refused.Add(KeyColumn.Of(others.GetGuid(0)));
        }

        return true;
    });

    public bool TryBegin(in ErasureBegun erasure, IReadOnlyList<Tombstone> tombstones)
    {
        var begun = erasure;
        return InOne(session =>
        {
            foreach (var tombstone in tombstones)
            {
                if (session[$"SELECT COUNT(*) FROM {Schema}tombstone WHERE mark = @mark"].Set("mark", Uuid(tombstone.Mark)).Number() > 0)
                {
                    return false;
                }

                session[$"INSERT INTO {Schema}tombstone(mark, erasure) VALUES (@mark, @erasure)"]
                    .Set("mark", Uuid(tombstone.Mark)).Set("erasure", begun.Id).Run();
                session[$"DELETE FROM {Schema}secret WHERE customer = @customer"].Set("customer", KeyColumn.Of(tombstone.Customer)).Run();
            }

            session[
                $"""
                INSERT INTO {Schema}erasure(id, subject, person, reason, at, customers)
                VALUES (@id, @subject, @person, @reason, @at, @customers)
                """]
                .Set("id", begun.Id).Set("subject", begun.Subject).Set("person", begun.By).Set("reason", begun.Why)
                .Set("at", begun.At.UnixMilliseconds).Set("customers", begun.Customers).Run();
            return true;
        });
    }

    public void Finish(string id, Instant at, byte[] certificate) => Use(session => session[
        $"UPDATE {Schema}erasure SET customers = @none, finished_at = @at, certificate = @certificate WHERE id = @id AND finished_at IS NULL"]
        .Set("none", Array.Empty<byte>()).Set("at", at.UnixMilliseconds).Set("certificate", certificate).Set("id", id).Run());

    public StoredErasure? Erasure(string? id, UInt128 mark) => Use(session =>
    {
        var find = id is not null
            ? session[$"SELECT {Columns} FROM {Schema}erasure WHERE id = @id"].Set("id", id)
            : session[$"SELECT {Columns} FROM {Schema}erasure WHERE id = (SELECT erasure FROM {Schema}tombstone WHERE mark = @mark)"].Set("mark", Uuid(mark));
        return ReadAll(find) is [var found, ..] ? found : null;
    });

    public List<StoredErasure> Unfinished() =>
        Use(session => ReadAll(session[$"SELECT {Columns} FROM {Schema}erasure WHERE finished_at IS NULL ORDER BY at"]));

    public int Rewrap(Func<CustomerKey, byte[], byte[]> secrets, Func<string, byte[], byte[]> meta) => InOne(session =>
    {
        var all = new List<(Guid Customer, byte[] Wrapped)>();
        using (var rows = session[$"SELECT customer, wrapped FROM {Schema}secret"].Query())
        {
            while (rows.Read())
            {
                all.Add((rows.GetGuid(0), rows.GetFieldValue<byte[]>(1)));
            }
        }

        foreach (var (customer, wrapped) in all)
        {
            session[$"UPDATE {Schema}secret SET wrapped = @wrapped WHERE customer = @customer"]
                .Set("wrapped", secrets(KeyColumn.Of(customer), wrapped)).Set("customer", customer).Run();
        }

        var values = new List<(string Name, byte[] Value)>();
        using (var rows = session[$"SELECT name, value FROM {Schema}meta"].Query())
        {
            while (rows.Read())
            {
                values.Add((rows.GetString(0), rows.GetFieldValue<byte[]>(1)));
            }
        }

        foreach (var (name, value) in values)
        {
            session[$"UPDATE {Schema}meta SET value = @value WHERE name = @name"].Set("value", meta(name, value)).Set("name", name).Run();
        }

        return all.Count;
    });

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private T Use<T>(Func<SqlSession, T> use)
    {
        var session = _idle.TryTake(out var idle) ? idle : new SqlSession(_database, Timeout);
        try
        {
            return use(session);
        }
        finally
        {
            _idle.Add(session);
        }
    }

    private T InOne<T>(Func<SqlSession, T> write) => Use(session =>
    {
        session.Begin();
        try
        {
            var result = write(session);
            session.Commit();
            return result;
        }
        catch
        {
            session.Rollback();
            throw;
        }
    });

    private static List<StoredErasure> ReadAll(SqlStatement find)
    {
        var all = new List<StoredErasure>();
        using var row = find.Query();
        while (row.Read())
        {
            all.Add(new StoredErasure(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), new Instant(row.GetInt64(4)), row.GetFieldValue<byte[]>(5),
                row.IsDBNull(6) ? null : new Instant(row.GetInt64(6)), row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7)));
        }

        return all;
    }

    private static byte[]? Bytes(SqlStatement find)
    {
        using var row = find.Query();
        return row.Read() ? row.GetFieldValue<byte[]>(0) : null;
    }

    private static Guid Uuid(UInt128 mark) => KeyColumn.Of(new CustomerKey(mark));
}
