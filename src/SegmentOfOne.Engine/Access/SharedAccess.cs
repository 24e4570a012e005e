using System.Data.Common;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Shared;

namespace SegmentOfOne.Engine.Access;

/// <summary>Keys and access log on a shared database. The number of an entry is the fence between processes.</summary>
internal sealed class SharedAccess(SharedDatabase database) : IAccessStore
{
    private const string Schema = SqlDialect.Schema;
    private const string Columns = "number, at, person, key_id, role, operation, subject, outcome, previous, hash";

    private readonly Lock _gate = new();
    private readonly SqlSession _session = new(database, TimeSpan.FromSeconds(10));

    public (long Keys, long Revoked) Mark() => Read(session =>
    {
        using var counts = session[$"SELECT COUNT(*), COUNT(revoked_at) FROM {Schema}api_key"].Query();
        counts.Read();
        return (Convert.ToInt64(counts.GetValue(0)), Convert.ToInt64(counts.GetValue(1)));
    });

    public List<AccessKey> Keys() => Read(session =>
    {
        var keys = new List<AccessKey>();
        using var rows = session[
            $"SELECT id, name, role, created_at, created_by, expires_at, revoked_at, used_at, rate, burst, salt, hash FROM {Schema}api_key ORDER BY created_at, id"].Query();
        while (rows.Read())
        {
            keys.Add(new AccessKey(
                rows.GetString(0), rows.GetString(1), Enum.Parse<Role>(rows.GetString(2)), new Instant(rows.GetInt64(3)), rows.GetString(4), InstantAt(rows, 5),
                rows.GetInt32(9) == 0 ? null : new RateLimit(rows.GetDouble(8), rows.GetInt32(9)), rows.GetFieldValue<byte[]>(10), rows.GetFieldValue<byte[]>(11))
            {
                RevokedAt = InstantAt(rows, 6),
                UsedAt = InstantAt(rows, 7),
            });
        }

        return keys;
    });

    public void Add(AccessKey key) => Read(session =>
    {
        var insert = session[
            $"""
            INSERT INTO {Schema}api_key(id, name, role, created_at, created_by, expires_at, rate, burst, salt, hash)
            VALUES (@id, @name, @role, @created_at, @created_by, {(key.ExpiresAt is null ? "NULL" : "@expires_at")}, @rate, @burst, @salt, @hash)
            """]
            .Set("id", key.Id).Set("name", key.Name).Set("role", key.Role.ToString()).Set("created_at", key.CreatedAt.UnixMilliseconds)
            .Set("created_by", key.CreatedBy).Set("rate", key.Limit?.PerSecond ?? 0).Set("burst", key.Limit?.Burst ?? 0)
            .Set("salt", key.Salt).Set("hash", key.Hash);
        return (key.ExpiresAt is { } expires ? insert.Set("expires_at", expires.UnixMilliseconds) : insert).Run();
    });

    public bool Revoke(string id, Instant at) => Read(session => session[
        $"UPDATE {Schema}api_key SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL"].Set("id", id).Set("at", at.UnixMilliseconds).Run()) > 0;

    public void NoteUse(string id, Instant at) => Read(session => session[
        $"UPDATE {Schema}api_key SET used_at = @at WHERE id = @id AND (used_at IS NULL OR used_at < @at)"].Set("id", id).Set("at", at.UnixMilliseconds).Run());

    public bool TryAppend(IReadOnlyList<AccessEntry> entries)
    {
        lock (_gate)
        {
            try
            {
                _session.Begin();
                foreach (var entry in entries)
                {
                    Add(entry);
                }

                _session.Commit();
                return true;
            }
            catch (DbException)
            {
                _session.Rollback();
                if (_session[$"SELECT COUNT(*) FROM {Schema}access_log WHERE number = @number"].Set("number", entries[0].Number).Number() > 0)
                {
                    return false;
                }

                throw;
            }
        }
    }

    public AccessEntry? LastEntry() => Read(session =>
        ReadAll(session[$"SELECT {Columns} FROM {Schema}access_log WHERE number = (SELECT MAX(number) FROM {Schema}access_log)"], 1) is [var last] ? last : null);

    public List<AccessEntry> Entries(AccessQuery query) => Read(session =>
    {
        var which = $"{(query.Person is null ? "" : " AND person = @person")}{(query.Subject is null ? "" : " AND subject = @subject")}";
        var statement = session[$"SELECT {Columns} FROM {Schema}access_log WHERE number > @after{which} ORDER BY number{session.Dialect.Queries.Limit}"]
            .Set("after", query.After).Set("limit", query.Limit);
        if (query.Person is { } person)
        {
            statement.Set("person", person);
        }

        if (query.Subject is { } subject)
        {
            statement.Set("subject", subject);
        }

        return ReadAll(statement, query.Limit);
    });

    public int Forget(Instant before) => Read(session => session[
        $"""
        DELETE FROM {Schema}access_log
        WHERE number < COALESCE((SELECT MIN(number) FROM {Schema}access_log WHERE at >= @before), (SELECT MAX(number) FROM {Schema}access_log))
        """].Set("before", before.UnixMilliseconds).Run());

    public void Dispose() => _session.Dispose();

    private void Add(AccessEntry entry) => _session[
        $"""
        INSERT INTO {Schema}access_log({Columns})
        VALUES (@number, @at, @person, @key, @role, @operation, @subject, @outcome, @previous, @hash)
        """]
        .Set("number", entry.Number).Set("at", entry.At.UnixMilliseconds).Set("person", entry.Facts.Person).Set("key", entry.Facts.Key)
        .Set("role", entry.Facts.Role.ToString()).Set("operation", entry.Facts.Operation).Set("subject", entry.Facts.Subject)
        .Set("outcome", entry.Facts.Outcome).Set("previous", entry.Previous).Set("hash", entry.Hash).Run();

    private static List<AccessEntry> ReadAll(SqlStatement statement, int limit)
    {
        var entries = new List<AccessEntry>();
        using var rows = statement.Query();
        while (entries.Count < limit && rows.Read())
        {
            var facts = new AccessFacts(
                rows.GetString(2), rows.GetString(3), Enum.Parse<Role>(rows.GetString(4)), rows.GetString(5), rows.GetString(6), rows.GetString(7));
            entries.Add(new AccessEntry(rows.GetInt64(0), new Instant(rows.GetInt64(1)), facts, rows.GetString(8), rows.GetString(9)));
        }

        return entries;
    }

    private T Read<T>(Func<SqlSession, T> read)
    {
        lock (_gate)
        {
            return _session.Read(() => read(_session));
        }
    }

    private static Instant? InstantAt(DbDataReader row, int column) => row.IsDBNull(column) ? null : new Instant(row.GetInt64(column));
}
