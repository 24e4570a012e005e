using Npgsql;
using SegmentOfOne.Engine.Shared;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Tests that share one server, so run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DatabaseTests : ICollectionFixture<PostgreSqlServer>
{
    public const string Name = "PostgreSQL";
}

internal static class Databases
{
    public static SharedDatabase Shared(this NpgsqlDataSource source) => new(source, SqlDialect.PostgreSql);
}
