using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Vault;

/// <summary>vault.db in a folder beside the data. What is deleted is overwritten in the file, and after an erasure the log is emptied.</summary>
internal sealed class FolderVault : IVaultStore
{
    private const string Columns = "id, subject, person, reason, at, customers, finished_at, certificate";

    private static readonly string[] Schema =
    [
        """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE secret(customer BLOB PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE tombstone(mark BLOB PRIMARY KEY, erasure TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE erasure(
            id TEXT PRIMARY KEY, subject TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
            customers BLOB NOT NULL, finished_at INTEGER, certificate BLOB) STRICT;
        CREATE INDEX erasure_unfinished ON erasure(at) WHERE finished_at IS NULL
        """,
    ];

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Statement _find;
    private readonly Statement _isErased;
    private readonly Statement _add;
    private readonly Statement _begin;
    private readonly Statement _commit;

    public FolderVault(string file)
    {
        try
        {
            _connection = Database.OpenWriter(file);
            Database.Execute(_connection, "PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;");
            Database.Upgrade(_connection, file, Schema);
            _find = new Statement(_connection, "SELECT wrapped FROM secret WHERE customer = ?1");
            _isErased = new Statement(_connection, "SELECT 1 FROM tombstone WHERE mark = ?1");
            _add = new Statement(_connection, "INSERT INTO secret(customer, wrapped) VALUES (?1, ?2)");
            _begin = new Statement(_connection, "BEGIN IMMEDIATE");
            _commit = new Statement(_connection, "COMMIT");
        }
        catch (SqliteException e)
        {
            _connection?.Dispose();
            throw Database.Describe(e, file);
        }
        catch
        {
            _connection?.Dispose();
            throw;
        }
    }

    public byte[] Meta(string name, Func<byte[]> first)
    {
        lock (_gate)
        {
            using var find = new Statement(_connection, "SELECT value FROM meta WHERE name = ?1");
            if (find.Bind(1, name).Step())
            {
                return find.Blob(0).ToArray();
            }

            var value = first();
            using var insert = new Statement(_connection, "INSERT INTO meta(name, value) VALUES (?1, ?2)");
            insert.Bind(1, name).Bind(2, value).Run();
            return value;
        }
    }

    public StoredSecret Find(CustomerKey customer, UInt128 mark)
    {
        lock (_gate)
        {
            var wrapped = WrappedOf(customer);
            return new StoredSecret(wrapped, wrapped is null && IsErased(mark));
        }
    }

    public void Add(IReadOnlyList<WrappedSecret> secrets, ICollection<CustomerKey> refused) => InOne(() =>
    {
        foreach (var secret in secrets)
        {
            if (WrappedOf(secret.Customer) is not null || IsErased(secret.Mark))
            {
                refused.Add(secret.Customer);
            }
            else
            {
                _add.BindKey(1, secret.Customer).Bind(2, secret.Wrapped).Run();
            }
        }
    });

    public bool TryBegin(in ErasureBegun erasure, IReadOnlyList<Tombstone> tombstones)
    {
        var (begun, isFirst) = (erasure, true);
        InOne(() =>
        {
            foreach (var tombstone in tombstones)
            {
                isFirst &= !IsErased(tombstone.Mark);
            }

            if (isFirst)
            {
                Begin(begun, tombstones);
            }
        });

        // The log still has the pages as they were.
        EmptyLog();
        return isFirst;
    }

    public void Finish(string id, Instant at, byte[] certificate)
    {
        InOne(() =>
        {
            using var finish = new Statement(
                _connection, "UPDATE erasure SET customers = x'', finished_at = ?2, certificate = ?3 WHERE id = ?1 AND finished_at IS NULL");
            finish.Bind(1, id).Bind(2, at.UnixMilliseconds).Bind(3, certificate).Run();
        });
        EmptyLog();
    }

    public StoredErasure? Erasure(string? id, UInt128 mark)
    {
        lock (_gate)
        {
            using var find = new Statement(
                _connection, $"SELECT {Columns} FROM erasure WHERE id = COALESCE(?1, (SELECT erasure FROM tombstone WHERE mark = ?2))");
            (id is null ? find.BindNull(1) : find.Bind(1, id)).Bind(2, BytesOf(mark));
            return find.Step() ? Read(find) : null;
        }
    }

    public List<StoredErasure> Unfinished()
    {
        lock (_gate)
        {
            var all = new List<StoredErasure>();
            using var find = new Statement(_connection, $"SELECT {Columns} FROM erasure WHERE finished_at IS NULL ORDER BY at");
            while (find.Step())
            {
                all.Add(Read(find));
            }

            return all;
        }
    }

    public int Rewrap(Func<CustomerKey, byte[], byte[]> secrets, Func<string, byte[], byte[]> meta)
    {
        var count = 0;
        InOne(() =>
        {
            using var all = new Statement(_connection, "SELECT customer, wrapped FROM secret WHERE customer > ?1 ORDER BY customer LIMIT 1000");
            using var set = new Statement(_connection, "UPDATE secret SET wrapped = ?2 WHERE customer = ?1");
            var page = new List<(CustomerKey Customer, byte[] Wrapped)>();
            byte[] last = [];
            do
            {
                page.Clear();
                all.Bind(1, last);
                while (all.Step())
                {
                    page.Add((all.Key(0), all.Blob(1).ToArray()));
                    last = all.Blob(0).ToArray();
                }

                all.Reset();
                foreach (var (customer, wrapped) in page)
                {
                    set.BindKey(1, customer).Bind(2, secrets(customer, wrapped)).Run();
                }

                count += page.Count;
            }
            while (page.Count > 0);
            RewrapMeta(meta);
        });
        EmptyLog();
        return count;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _find, _isErased, _add, _begin, _commit })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void RewrapMeta(Func<string, byte[], byte[]> meta)
    {
        var values = new List<(string Name, byte[] Value)>();
        using (var all = new Statement(_connection, "SELECT name, value FROM meta"))
        {
            while (all.Step())
            {
                values.Add((all.Text(0), all.Blob(1).ToArray()));
            }
        }

        using var set = new Statement(_connection, "UPDATE meta SET value = ?2 WHERE name = ?1");
        foreach (var (name, value) in values)
        {
            set.Bind(1, name).Bind(2, meta(name, value)).Run();
        }
    }

    private void Begin(in ErasureBegun erasure, IReadOnlyList<Tombstone> tombstones)
    {
        using var mark = new Statement(_connection, "INSERT INTO tombstone(mark, erasure) VALUES (?1, ?2)");
        using var destroy = new Statement(_connection, "DELETE FROM secret WHERE customer = ?1");
        foreach (var tombstone in tombstones)
        {
            mark.Bind(1, BytesOf(tombstone.Mark)).Bind(2, erasure.Id).Run();
            destroy.BindKey(1, tombstone.Customer).Run();
        }

        using var begin = new Statement(
            _connection, "INSERT INTO erasure(id, subject, person, reason, at, customers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        begin.Bind(1, erasure.Id).Bind(2, erasure.Subject).Bind(3, erasure.By).Bind(4, erasure.Why).Bind(5, erasure.At.UnixMilliseconds)
            .Bind(6, erasure.Customers).Run();
    }

    private void InOne(Action write)
    {
        lock (_gate)
        {
            try
            {
                _begin.Run();
                write();
                _commit.Run();
            }
            catch
            {
                Database.Rollback(_connection);
                throw;
            }
        }
    }

    private void EmptyLog()
    {
        lock (_gate)
        {
            Database.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private byte[]? WrappedOf(CustomerKey customer)
    {
        var wrapped = _find.BindKey(1, customer).Step() ? _find.Blob(0).ToArray() : null;
        _find.Reset();
        return wrapped;
    }

    private bool IsErased(UInt128 mark)
    {
        var found = _isErased.Bind(1, BytesOf(mark)).Step();
        _isErased.Reset();
        return found;
    }

    private static StoredErasure Read(Statement row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), new Instant(row.Int64(4)), row.Blob(5).ToArray(),
        row.IsNull(6) ? null : new Instant(row.Int64(6)), row.IsNull(7) ? null : row.Blob(7).ToArray());

    private static byte[] BytesOf(UInt128 mark)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, mark);
        return bytes;
    }
}
