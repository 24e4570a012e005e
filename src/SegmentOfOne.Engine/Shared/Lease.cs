using System.Data.Common;
using System.Globalization;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// Keeps two embedded engines from serving one database, as long as their clocks run: a row that its holder renews, with an end by the
/// database's time. What one of them could do behind the other's back all the same, the key of turns prevents. Used by one thread at a time.
/// </summary>
internal sealed class Lease : IDisposable
{
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(10);

    private const string Row = $"{SqlDialect.Schema}lease WHERE name = 'embedded'";

    private readonly Guid _holder = Guid.NewGuid();
    private readonly SqlSession _session;
    private readonly string _now;
    private readonly string _who;
    private long _renewed;

    public Lease(SharedDatabase database, TimeProvider time)
    {
        _session = new SqlSession(database, TimeSpan.FromSeconds(3));
        _now = database.Dialect.Now;
        _who = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }

    /// <summary>Whether it has run out by this process's own clock.</summary>
    public bool HasExpired => TimeProvider.System.GetElapsedTime(_renewed) >= Lasts;

    /// <summary>Takes the lease, when its holder doesn't renew it any more; else says who that is.</summary>
    /// <exception cref="SharedDatabaseException">Another process holds it.</exception>
    public void Take()
    {
        var until = TimeProvider.System.GetTimestamp();
        var (seen, end) = Holder();
        while (!TryRenew())
        {
            var (who, expires) = Holder();
            if (who != seen || expires > end || TimeProvider.System.GetElapsedTime(until) > Lasts * 2)
            {
                throw new SharedDatabaseException(
                    SharedDatabaseProblem.InUse, $"The database is held by {who}. Stop it first, or name another database.");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>Renews the lease; false: another process holds it.</summary>
    public bool TryRenew()
    {
        var asked = TimeProvider.System.GetTimestamp();
        var renewed = _session[
            $"UPDATE {SqlDialect.Schema}lease SET holder = @holder, who = @who, expires_at = {_now} + @lasts WHERE name = 'embedded' AND (holder = @holder OR expires_at < {_now})"]
            .Set("holder", _holder).Set("who", _who).Set("lasts", (long)Lasts.TotalMilliseconds).Run() > 0;
        _renewed = renewed ? asked : _renewed;
        return renewed;
    }

    /// <summary>Who holds it, in words, and until when by the database's time.</summary>
    public (string Who, long ExpiresAt) Holder()
    {
        using var row = _session[$"SELECT who, expires_at FROM {Row}"].Query();
        return row.Read() ? (row.GetString(0), row.GetInt64(1)) : ("", 0);
    }

    /// <summary>Lets another process take it at once.</summary>
    public void Release() =>
        _session[$"UPDATE {SqlDialect.Schema}lease SET expires_at = 0 WHERE name = 'embedded' AND holder = @holder"].Set("holder", _holder).Run();

    public void Dispose() => _session.Dispose();
}
