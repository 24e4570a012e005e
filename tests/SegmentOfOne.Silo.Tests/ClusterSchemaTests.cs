using System.Text.RegularExpressions;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Shared;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Silo.Schema;

namespace SegmentOfOne.Silo.Tests;

/// <summary>The tables by which silos find each other.</summary>
public sealed partial class ClusterSchemaTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [PostgreSqlFact]
    public async Task It_is_made_once_however_many_make_it_and_a_newer_one_is_refused()
    {
        var source = server.CreateDatabase();
        var database = new SharedDatabase(source, SqlDialect.PostgreSql);
        var ran = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClusterSchema.Migrate(database, default)));
        ran.Sum().ShouldBe(1);

        await using (var newer = source.CreateCommand("INSERT INTO segmentofone_cluster.script(number) VALUES (99)"))
        {
            await newer.ExecuteNonQueryAsync();
        }

        (await Should.ThrowAsync<SharedDatabaseException>(() => ClusterSchema.Migrate(database, default))).Problem.ShouldBe(SharedDatabaseProblem.Newer);
    }

    /// <summary>No SQL Server is at hand. What can be seen without one: its statements go by the same names and use the same parameters.</summary>
    [Fact]
    public void Statements_for_SQL_Server_have_the_names_and_parameters_of_those_for_PostgreSQL()
    {
        var statements = Statements("PostgreSql");
        statements.Count.ShouldBe(12);
        Statements("SqlServer").ShouldBe(statements);
    }

    private static List<string> Statements(string dialect)
    {
        using var stream = typeof(ClusterSchema).Assembly.GetManifestResourceStream($"Schema/{dialect}/0001.sql")!;
        using var reader = new StreamReader(stream);
        return
        [
            .. Statement().Matches(reader.ReadToEnd()).Select(statement =>
                $"{statement.Groups["name"]}: {string.Join(' ', Parameter().Matches(statement.Groups["text"].Value).Select(one => one.Value).Where(one => one is not "@moved" and not "@written").Distinct().Order(StringComparer.Ordinal))}"),
        ];
    }

    [GeneratedRegex(@"^\('(?<name>\w+Key)',\s+'(?<text>(''|[^'])*)'\)", RegexOptions.Multiline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"(?<!@)@\w+")]
    private static partial Regex Parameter();
}
