using Microsoft.Data.Sqlite;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Access;

/// <summary>
/// access.db: keys and the access log of a data folder. A file of its own: whoever waits for a line of the log doesn't wait for a checkpoint,
/// and the command line writes it beside the program that serves.
/// </summary>
internal sealed class SqliteAccess : IAccessStore
{
    private const int Version = 1;

    private const string Schema =
        """
        CREATE TABLE api_key(
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER,
            used_at INTEGER,
            rate REAL NOT NULL,
            burst INTEGER NOT NULL,
            salt BLOB NOT NULL,
            hash BLOB NOT NULL) STRICT;
        CREATE TABLE access_log(
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            key TEXT NOT NULL,
            role TEXT NOT NULL,
            operation TEXT NOT NULL,
            subject TEXT NOT NULL,
            outcome TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL) STRICT;
        CREATE INDEX access_log_person ON access_log(person, number);
        CREATE INDEX access_log_subject ON access_log(subject, number) WHERE subject <> '';
        CREATE INDEX access_log_at ON access_log(at)
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;

    public SqliteAccess(string file)
    {
        _connection = Database.OpenWriter(file);
        try
        {
            Database.Execute(_connection, "BEGIN IMMEDIATE");
            var version = (int)Database.Scalar(_connection, "PRAGMA user_version");
            if (version > Version)
            {
                throw new DataFolderException(
                    DataFolderProblem.Newer, $"{file} has schema {version}; this program knows schemas up to {Version}. Use the program that wrote it or a newer one.");
            }

            Database.Execute(_connection, version == 0 ? $"{Schema}; PRAGMA user_version = {Version}; COMMIT" : "COMMIT");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public (long Keys, long Revoked) Mark()
    {
        lock (_gate)
        {
            using var counts = new Statement(_connection, "SELECT COUNT(*), COUNT(revoked_at) FROM api_key");
            counts.Step();
            return (counts.Int64(0), counts.Int64(1));
        }
    }

    public List<AccessKey> Keys()
    {
        lock (_gate)
        {
            var keys = new List<AccessKey>();
            using var all = new Statement(
                _connection, "SELECT id, name, role, created_at, created_by, expires_at, revoked_at, used_at, rate, burst, salt, hash FROM api_key ORDER BY number");
            while (all.Step())
            {
                keys.Add(new AccessKey(
                    all.Text(0), all.Text(1), Enum.Parse<Role>(all.Text(2)), new Instant(all.Int64(3)), all.Text(4), InstantAt(all, 5),
                    all.Int64(9) == 0 ? null : new RateLimit(all.Double(8), (int)all.Int64(9)), all.Blob(10).ToArray(), all.Blob(11).ToArray())
                {
                    RevokedAt = InstantAt(all, 6),
                    UsedAt = InstantAt(all, 7),
                });
            }

            return keys;
        }
    }

    public void Add(AccessKey key)
    {
        lock (_gate)
        {
            using var insert = new Statement(
                _connection,
                "INSERT INTO api_key(id, name, role, created_at, created_by, expires_at, rate, burst, salt, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
            insert.Bind(1, key.Id).Bind(2, key.Name).Bind(3, key.Role.ToString()).Bind(4, key.CreatedAt.UnixMilliseconds).Bind(5, key.CreatedBy)
                .Bind(6, key.ExpiresAt?.UnixMilliseconds).Bind(7, key.Limit?.PerSecond ?? 0).Bind(8, (long)(key.Limit?.Burst ?? 0))
                .Bind(9, key.Salt).Bind(10, key.Hash).Run();
        }
    }

    public bool Revoke(string id, Instant at)
    {
        lock (_gate)
        {
            using var update = new Statement(_connection, "UPDATE api_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL");
            update.Bind(1, id).Bind(2, at.UnixMilliseconds).Run();
            return Database.Scalar(_connection, "SELECT changes()") > 0;
        }
    }

    public void NoteUse(string id, Instant at)
    {
        lock (_gate)
        {
            using var update = new Statement(_connection, "UPDATE api_key SET used_at = ?2 WHERE id = ?1 AND (used_at IS NULL OR used_at < ?2)");
            update.Bind(1, id).Bind(2, at.UnixMilliseconds).Run();
        }
    }

    public bool TryAppend(IReadOnlyList<AccessEntry> entries)
    {
        lock (_gate)
        {
            try
            {
                Database.Execute(_connection, "BEGIN IMMEDIATE");
                if (LastNumber() != entries[0].Number - 1)
                {
                    Database.Rollback(_connection);
                    return false;
                }

                using var insert = new Statement(
                    _connection,
                    "INSERT INTO access_log(number, at, person, key, role, operation, subject, outcome, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
                foreach (var entry in entries)
                {
                    var facts = entry.Facts;
                    insert.Bind(1, entry.Number).Bind(2, entry.At.UnixMilliseconds).Bind(3, facts.Person).Bind(4, facts.Key).Bind(5, facts.Role.ToString())
                        .Bind(6, facts.Operation).Bind(7, facts.Subject).Bind(8, facts.Outcome).Bind(9, entry.Previous).Bind(10, entry.Hash).Run();
                }

                Database.Execute(_connection, "COMMIT");
                return true;
            }
            catch (SqliteException)
            {
                Database.Rollback(_connection);
                throw;
            }
        }
    }

    public AccessEntry? LastEntry() => Read("WHERE ?1 = ?1 ORDER BY number DESC LIMIT ?2", new AccessQuery(0, 1, null, null)) is [var last] ? last : null;

    public List<AccessEntry> Entries(AccessQuery query) => Read(
        $"WHERE number > ?1{(query.Person is null ? "" : " AND person = ?3")}{(query.Subject is null ? "" : " AND subject = ?4 AND subject <> ''")} ORDER BY number LIMIT ?2", query);

    public int Forget(Instant before)
    {
        lock (_gate)
        {
            using var delete = new Statement(
                _connection,
                "DELETE FROM access_log WHERE number < COALESCE((SELECT MIN(number) FROM access_log WHERE at >= ?1), (SELECT MAX(number) FROM access_log))");
            delete.Bind(1, before.UnixMilliseconds).Run();
            return (int)Database.Scalar(_connection, "SELECT changes()");
        }
    }

    public void Dispose() => _connection.Dispose();

    private long LastNumber() => Database.Scalar(_connection, "SELECT COALESCE(MAX(number), 0) FROM access_log");

    private List<AccessEntry> Read(string which, AccessQuery query)
    {
        lock (_gate)
        {
            var entries = new List<AccessEntry>();
            using var all = new Statement(_connection, $"SELECT number, at, person, key, role, operation, subject, outcome, previous, hash FROM access_log {which}");
            all.Bind(1, query.After).Bind(2, query.Limit);
            if (query.Person is { } person)
            {
                all.Bind(3, person);
            }

            if (query.Subject is { } subject)
            {
                all.Bind(4, subject);
            }

            while (all.Step())
            {
                var facts = new AccessFacts(all.Text(2), all.Text(3), Enum.Parse<Role>(all.Text(4)), all.Text(5), all.Text(6), all.Text(7));
                entries.Add(new AccessEntry(all.Int64(0), new Instant(all.Int64(1)), facts, all.Text(8), all.Text(9)));
            }

            return entries;
        }
    }

    private static Instant? InstantAt(Statement row, int column) => row.IsNull(column) ? null : new Instant(row.Int64(column));
}
