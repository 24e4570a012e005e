using System.Data;
using System.Data.Common;
using System.Globalization;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Schema;

/// <summary>
/// The tables by which silos find each other, and those of the few grains with a state of their own: brought to what this program knows
/// by the scripts embedded for a kind of database, in order of number, each once, under a lock of the database.
/// </summary>
public static class ClusterSchema
{
    /// <summary>How many scripts it ran.</summary>
    /// <exception cref="SharedDatabaseException">The database can't be reached, or a newer program's schema is there.</exception>
    public static async Task<int> Migrate(SharedDatabase database, CancellationToken ct)
    {
        try
        {
            var connection = await database.Source.OpenConnectionAsync(ct).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await Migrate(connection, database.Dialect.Name, ct).ConfigureAwait(false);
            }
        }
        catch (DbException exception)
        {
            throw new SharedDatabaseException(
                SharedDatabaseProblem.Unreachable, $"The database for clustering can't be used: {exception.Message}", exception);
        }
    }

    private static async Task<int> Migrate(DbConnection connection, string dialect, CancellationToken ct)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            await Run(command, Script(dialect, "begin")!, ct).ConfigureAwait(false);
            command.CommandText = "SELECT COALESCE(MAX(number), 0) FROM segmentofone_cluster.script";
            var before = Convert.ToInt32(await command.ExecuteScalarAsync(ct).ConfigureAwait(false), CultureInfo.InvariantCulture);
            var reached = before;
            while (Script(dialect, Name(reached + 1)) is { } script)
            {
                reached++;
                await Run(command, script, ct).ConfigureAwait(false);
                await Run(command, $"INSERT INTO segmentofone_cluster.script(number) VALUES ({Name(reached)})", ct).ConfigureAwait(false);
            }

            if (before > 0 && Script(dialect, Name(before)) is null)
            {
                throw new SharedDatabaseException(
                    SharedDatabaseProblem.Newer,
                    $"The database has cluster schema {before}, which this program doesn't know. Use the program that brought it there or a newer one.");
            }

            await transaction.CommitAsync(ct).ConfigureAwait(false);
            return reached - before;
        }
    }

    private static string Name(int number) => number.ToString("d4", CultureInfo.InvariantCulture);

    private static string? Script(string dialect, string name)
    {
        using var stream = typeof(ClusterSchema).Assembly.GetManifestResourceStream($"Schema/{dialect}/{name}.sql");
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static Task<int> Run(DbCommand command, string sql, CancellationToken ct)
    {
        command.CommandText = sql;
        return command.ExecuteNonQueryAsync(ct);
    }
}
