using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Shared;

/// <summary>Brings a shared database to the schema that this program knows: the scripts embedded for its dialect, in order of number,
/// each once, all that are missing in one transaction under a lock of the database.</summary>
internal static class Migration
{
    /// <summary>The name of the store's secret in the table meta.</summary>
    public const string Secret = "secret";

    private const int SecretBytes = 32;

    /// <summary>How many scripts it ran.</summary>
    public static int Run(SharedDatabase database)
    {
        try
        {
            using var connection = database.Source.OpenConnection();
            using var command = connection.CreateCommand();
            var scripts = Scripts(database.Dialect);
            Refuse(database, Reached(database, command), scripts.Count);
            return Reached(database, command) == scripts.Count ? 0 : Run(database, connection, command, scripts);
        }
        catch (DbException e)
        {
            throw new SharedDatabaseException(SharedDatabaseProblem.Unreachable, $"The database can't be used: {e.Message}", e);
        }
    }

    private static int Run(SharedDatabase database, DbConnection connection, DbCommand command, List<string> scripts)
    {
        using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        command.Transaction = transaction;
        Execute(database, command, database.Dialect.LockMigration);
        Execute(database, command, database.Dialect.FirstMigration);

        // Whoever waited for the lock finds what the other has done.
        var reached = Reached(database, command);
        Refuse(database, reached, scripts.Count);
        for (var number = reached + 1; number <= scripts.Count; number++)
        {
            Execute(database, command, scripts[number - 1]);
            Execute(database, command, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {SqlDialect.Schema}script(number) VALUES ({number})"));
        }

        if (reached == 0)
        {
            var secret = command.CreateParameter();
            (secret.ParameterName, secret.Value) = ("@value", RandomNumberGenerator.GetBytes(SecretBytes));
            command.Parameters.Add(secret);
            Execute(database, command, $"INSERT INTO {SqlDialect.Schema}meta(name, value) VALUES ('{Secret}', @value)");
        }

        transaction.Commit();
        return scripts.Count - reached;
    }

    /// <summary>The last script that ran there; 0: none did.</summary>
    private static int Reached(SharedDatabase database, DbCommand command)
    {
        command.CommandText = database.In("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'segmentofone' AND TABLE_NAME = 'script'");
        if (Convert.ToInt64(command.ExecuteScalar()) == 0)
        {
            return 0;
        }

        command.CommandText = database.In($"SELECT COALESCE(MAX(number), 0) FROM {SqlDialect.Schema}script");
        return Convert.ToInt32(command.ExecuteScalar());
    }

    private static void Refuse(SharedDatabase database, int reached, int known)
    {
        if (reached > known)
        {
            throw new SharedDatabaseException(
                SharedDatabaseProblem.Newer,
                $"The database has schema {reached} ({database.Dialect.Name}); this program knows schemas up to {known}. Use the program that brought it there or a newer one.");
        }
    }

    private static List<string> Scripts(SqlDialect dialect)
    {
        var scripts = new List<string>();
        while (typeof(Migration).Assembly.GetManifestResourceStream(
            string.Create(CultureInfo.InvariantCulture, $"Schema/{dialect.Name}/{scripts.Count + 1:d4}.sql")) is { } stream)
        {
            using var reader = new StreamReader(stream);
            scripts.Add(reader.ReadToEnd());
        }

        return scripts;
    }

    private static void Execute(SharedDatabase database, DbCommand command, string sql)
    {
        command.CommandText = database.In(sql);
        command.ExecuteNonQuery();
    }
}
