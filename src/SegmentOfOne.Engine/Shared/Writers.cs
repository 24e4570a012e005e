using System.Data.Common;
using System.Globalization;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// This process among those that append turns to a shared database. It says every now and then that it is alive and through when its turns
/// are checkpointed; one that has been silent for <see cref="DeadAfter"/> is declared dead by another, which takes its lanes away, so that
/// nothing more can come from it, and checkpoints what it had not. Safe for many threads.
/// </summary>
internal sealed class Writers : IDisposable
{
    /// <summary>Journals of one process: while one waits for its commit, another's statement runs.</summary>
    public const int Lanes = 2;

    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(15);

    /// <summary>How long whoever began to checkpoint for a dead process is left alone with it.</summary>
    private static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(60);

    /// <summary>How far clocks of one process may have stepped back between a turn and the one before.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromMinutes(1);

    private const string Schema = SqlDialect.Schema;

    private readonly Lock _gate = new();
    private readonly SqlSession _session;
    private readonly string _now;
    private readonly string _who;

    /// <param name="asOf">When this process begins.</param>
    public Writers(SharedDatabase database, Instant asOf)
    {
        _session = new SqlSession(database, TimeSpan.FromSeconds(5));
        _now = database.Dialect.Now;
        _who = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");
        AsOf = () => asOf;
        try
        {
            Id = Register();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Names this process, until it is declared dead: then it goes on by another name.</summary>
    public Guid Id { get; private set; }

    /// <summary>Every turn that this process acknowledged before is checkpointed.</summary>
    public Func<Instant> AsOf { get; set; }

    /// <summary>The name to go on by for one that was declared dead.</summary>
    public Guid Replace(Guid dead)
    {
        lock (_gate)
        {
            return Id == dead ? Id = Register() : Id;
        }
    }

    /// <summary>Says that this process is alive.</summary>
    public void Beat()
    {
        lock (_gate)
        {
            var beats = _session[$"UPDATE {Schema}writer SET renewed_at = {_now}, as_of = @as_of WHERE id = @id AND renewed_at > 0"]
                .Set("as_of", AsOf().UnixMilliseconds).Set("id", Id).Run();
            if (beats == 0)
            {
                Id = Register();
            }
        }
    }

    /// <summary>Declares a process dead that is, and takes its lanes away; null: none is.</summary>
    public DeadWriter? TakeDead()
    {
        const string Claimable = "(renewed_at > 0 AND renewed_at < {0} - @dead) OR (renewed_at <= 0 AND -renewed_at < {0} - @claim)";
        var claimable = string.Format(CultureInfo.InvariantCulture, Claimable, _now);
        lock (_gate)
        {
            foreach (var dead in FindDead(claimable))
            {
                _session.Begin();
                try
                {
                    var claimed = WithTimes(_session[$"UPDATE {Schema}writer SET renewed_at = -{_now} WHERE id = @id AND ({claimable})"]).Set("id", dead.Id).Run();
                    _session[$"DELETE FROM {Schema}lane WHERE writer = @id"].Set("id", dead.Id).Run();
                    if (claimed > 0)
                    {
                        _session.Commit();
                        return dead;
                    }
                }
                finally
                {
                    _session.Rollback();
                }
            }
        }

        return null;
    }

    /// <summary>Customers with turns that a dead process may have left without a checkpoint, and through which turn.</summary>
    public List<(CustomerKey Key, long Version)> LeftBy(DeadWriter dead)
    {
        var left = new List<(CustomerKey, long)>();
        lock (_gate)
        {
            using var rows = _session[
                $"""
                SELECT t.customer, MAX(t.version) FROM {Schema}turn t LEFT JOIN {Schema}customer c ON c."key" = t.customer
                WHERE t.at >= @from AND t.version > COALESCE(c.version, 0)
                GROUP BY t.customer
                """].Set("from", (dead.AsOf - ClockStep).UnixMilliseconds).Query();
            while (rows.Read())
            {
                left.Add((Store.KeyColumn.Of(rows.GetGuid(0)), rows.GetInt64(1)));
            }
        }

        return left;
    }

    /// <summary>Everything that a dead process had left is checkpointed.</summary>
    public void Bury(DeadWriter dead)
    {
        lock (_gate)
        {
            _session[$"DELETE FROM {Schema}writer WHERE id = @id AND renewed_at <= 0"].Set("id", dead.Id).Run();
        }
    }

    /// <summary>This process appends nothing more.</summary>
    /// <param name="allSaved">All its turns are checkpointed; else others may begin with that at once.</param>
    public void Leave(bool allSaved)
    {
        lock (_gate)
        {
            _session[$"DELETE FROM {Schema}lane WHERE writer = @id"].Set("id", Id).Run();
            _session[allSaved ? $"DELETE FROM {Schema}writer WHERE id = @id" : $"UPDATE {Schema}writer SET renewed_at = 0 WHERE id = @id"]
                .Set("id", Id).Run();
        }
    }

    public void Dispose() => _session.Dispose();

    private Guid Register()
    {
        var id = Guid.NewGuid();
        _session.Begin();
        try
        {
            _session[$"INSERT INTO {Schema}writer(id, who, renewed_at, as_of) VALUES (@id, @who, {_now}, @as_of)"]
                .Set("id", id).Set("who", _who).Set("as_of", AsOf().UnixMilliseconds).Run();
            for (var lane = 0; lane < Lanes; lane++)
            {
                _session[$"INSERT INTO {Schema}lane(writer, number, mark) VALUES (@id, @lane, 0)"].Set("id", id).Set("lane", lane).Run();
            }

            _session.Commit();
            return id;
        }
        catch (DbException)
        {
            _session.Rollback();
            throw;
        }
    }

    private List<DeadWriter> FindDead(string claimable)
    {
        var dead = new List<DeadWriter>();
        using var rows = WithTimes(_session[$"SELECT id, who, as_of FROM {Schema}writer WHERE {claimable}"]).Query();
        while (rows.Read())
        {
            dead.Add(new DeadWriter(rows.GetGuid(0), rows.GetString(1), new Instant(rows.GetInt64(2))));
        }

        return dead;
    }

    private static SqlStatement WithTimes(SqlStatement statement) => statement
        .Set("dead", (long)DeadAfter.TotalMilliseconds).Set("claim", (long)ClaimFor.TotalMilliseconds);
}

/// <summary>A process that was declared dead.</summary>
/// <param name="AsOf">Every turn that it acknowledged before is checkpointed.</param>
internal sealed record DeadWriter(Guid Id, string Who, Instant AsOf);
