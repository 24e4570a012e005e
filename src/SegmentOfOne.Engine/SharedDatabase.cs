using System.Data.Common;
using SegmentOfOne.Engine.Shared;

namespace SegmentOfOne.Engine;

/// <summary>A database server that several processes may keep customers on at once.</summary>
/// <param name="Source">Opens connections. Its owner disposes of it, after the homes on it.</param>
public sealed record SharedDatabase(DbDataSource Source, SqlDialect Dialect)
{
    private const string Standard = "segmentofone";

    /// <summary>The schema that a home's tables stand in. Homes of different workspaces stand in different ones, and share nothing.</summary>
    public string Schema { get; init; } = Standard;

    /// <summary>SQL as it is said in this schema.</summary>
    internal string In(string sql) => Schema == Standard ? sql : sql.Replace(Standard, Schema, StringComparison.Ordinal);

    /// <summary>Brings the database's schema to what this program knows, under a lock; how many scripts that took.
    /// Opening a home does the same.</summary>
    /// <exception cref="SharedDatabaseException">It can't be reached, or a newer program's schema is there.</exception>
    public Task<int> Migrate(CancellationToken ct) => Task.Run(() => Migration.Run(this), ct);
}

/// <summary>What is wrong with a shared database at start.</summary>
public enum SharedDatabaseProblem
{
    /// <summary>It can't be reached, or refuses what is asked of it.</summary>
    Unreachable,

    /// <summary>A newer program has changed its schema.</summary>
    Newer,

    /// <summary>An embedded engine holds it; the message says where.</summary>
    InUse,
}

/// <summary>The shared database can't be used. The message says why and what to do.</summary>
public sealed class SharedDatabaseException(SharedDatabaseProblem problem, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public SharedDatabaseProblem Problem { get; } = problem;
}
