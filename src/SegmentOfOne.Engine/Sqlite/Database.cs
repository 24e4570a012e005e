using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SegmentOfOne.Engine.Sqlite;

/// <summary>Opens SQLite files as this house wants them, and says in its words what is wrong with one.</summary>
internal static class Database
{
    /// <summary>"SegO", so that a file of another program isn't taken for ours.</summary>
    private const int ApplicationId = 0x5365674F;

    /// <summary>A connection that may write. WAL; a commit is on disk when it returns.</summary>
    public static SqliteConnection OpenWriter(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that only reads.</summary>
    public static SqliteConnection OpenReader(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA query_only = 1;");
        return connection;
    }

    /// <summary>
    /// Brings a file to the schema: <paramref name="steps"/> in order, each once, each in a transaction of its own.
    /// Throws <see cref="DataFolderException"/> for a newer file, a file of another program and a truncated one.
    /// </summary>
    public static void Upgrade(SqliteConnection connection, string file, ReadOnlySpan<string> steps)
    {
        var version = (int)Scalar(connection, "PRAGMA user_version");
        var application = (int)Scalar(connection, "PRAGMA application_id");
        if (version > steps.Length)
        {
            throw new DataFolderException(
                DataFolderProblem.Newer,
                $"{file} has schema {version}; this program knows schemas up to {steps.Length}. Use the program that wrote it or a newer one.");
        }

        if (application != ApplicationId && (application != 0 || version != 0 || Scalar(connection, "SELECT COUNT(*) FROM sqlite_schema") != 0))
        {
            throw new DataFolderException(DataFolderProblem.Damaged, $"{file} is no database of this program.");
        }

        for (var step = version; step < steps.Length; step++)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {steps[step]}; PRAGMA user_version = {step + 1}; PRAGMA application_id = {ApplicationId}; COMMIT;");
        }

        // With the log folded in, the file must be as long as it says.
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        var expected = Scalar(connection, "PRAGMA page_count") * Scalar(connection, "PRAGMA page_size");
        var actual = new FileInfo(file).Length;
        if (actual < expected)
        {
            throw new DataFolderException(
                DataFolderProblem.Damaged,
                $"{file} is truncated: {actual} bytes of {expected}. Restore the data folder from a backup.");
        }
    }

    /// <summary>Looks through the structure of the whole file. Throws <see cref="DataFolderException"/> when something is wrong with it.</summary>
    public static void Check(SqliteConnection connection, string file)
    {
        using var check = new Statement(connection, "PRAGMA quick_check(1)");
        if (check.Step() && check.Text(0) is var finding and not "ok")
        {
            throw new DataFolderException(DataFolderProblem.Damaged, $"{file} is damaged: {finding}. Restore the data folder from a backup.");
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar());
    }

    /// <summary>Ends what an error left open. Some errors have rolled back by themselves.</summary>
    public static void Rollback(SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
        {
            raw.sqlite3_exec(connection.Handle!, "ROLLBACK");
        }
    }

    /// <summary>The failure to open or read a file at start, as the exception that a person reads.</summary>
    public static DataFolderException Describe(SqliteException e, string file) => e.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(DataFolderProblem.NoSpace, $"There is no room on the disk for {file}.", e),
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            new(DataFolderProblem.ReadOnly, $"{file} can't be written: {e.Message}. Give this process write access to the folder and the files in it.", e),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            new(DataFolderProblem.Damaged, $"{file} is damaged: {e.Message}. Restore the data folder from a backup.", e),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            new(DataFolderProblem.InUse, $"{file} is held by another program.", e),
        raw.SQLITE_IOERR when !HasRoom(file) => new(DataFolderProblem.NoSpace, $"There is no room on the disk for {file}.", e),
        _ => new(DataFolderProblem.Damaged, $"{file} can't be read or written: {e.Message}.", e),
    };

    public static bool IsDamage(DbException e) => e is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };

    /// <summary>Not every lack of room is reported as one: that of the shared index beside a log is an I/O error.</summary>
    private static bool HasRoom(string file) => new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace > 1 << 20;

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
