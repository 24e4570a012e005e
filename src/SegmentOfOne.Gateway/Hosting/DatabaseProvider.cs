using System.Data.Common;
using Npgsql;
using SegmentOfOne.Engine.Shared;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>A kind of database that customers can be kept on.</summary>
/// <param name="Invariant">The invariant name of its ADO.NET provider.</param>
/// <param name="Open">Makes a source of connections from a connection string; throws <see cref="ArgumentException"/> when that makes no sense.</param>
public sealed record DatabaseProvider(string Invariant, SqlDialect Dialect, Func<string, DbDataSource> Open)
{
    /// <summary>PostgreSQL, the one that this program brings with it.</summary>
    public static DatabaseProvider Npgsql { get; } = new("Npgsql", SqlDialect.PostgreSql, NpgsqlDataSource.Create);
}
