using System.Data.Common;
using System.Reflection;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Silo.Hosting;

/// <summary>The kinds of databases that this program can use.</summary>
public static class DatabaseProviders
{
    private const string SqlClient = "Microsoft.Data.SqlClient";

    /// <summary>PostgreSQL always; SQL Server when its provider lies beside the program.</summary>
    public static IReadOnlyList<DatabaseProvider> Known { get; } = FindSqlClient() is { } factory
        ? [DatabaseProvider.Npgsql, new DatabaseProvider(SqlClient, SqlDialect.SqlServer, factory.CreateDataSource)]
        : [DatabaseProvider.Npgsql];

    private static DbProviderFactory? FindSqlClient()
    {
        try
        {
            return Assembly.Load(SqlClient).GetType($"{SqlClient}.SqlClientFactory")?.GetField("Instance")?.GetValue(null) as DbProviderFactory;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
