using Microsoft.Data.Sqlite;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Journals;

/// <summary>
/// Batches in a SQLite file, one row each: a commit is one sequential write to the write-ahead log and one flush.
/// The log is copied into the file by another thread (<see cref="Tend"/>), and only the last few pages by the thread that commits,
/// because a log is begun again from its start only when nothing of it is left to copy as a commit begins.
/// </summary>
internal sealed class SqliteJournalStorage : IJournalStorage
{
    /// <summary>Bytes committed between two copies of the log into the file. Bounds the log at about twice as much.</summary>
    private const long TendEvery = 16 << 20;

    /// <summary>So many passes leave the committing thread with what was written during the last, short one.</summary>
    private const int Passes = 3;

    private static readonly string[] Schema =
    [
        """
        CREATE TABLE batch(position INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
        CREATE TABLE meta(name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES ('failures', 0)
        """,
    ];

    private readonly string _file;
    private readonly SqliteConnection _connection;
    private readonly Statement _insert;
    private readonly Statement _find;
    private readonly Statement _delete;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _fence;
    private readonly Statement _copyLog;
    private readonly Thread _tender;
    private readonly AutoResetEvent _tend = new(false);
    private long _sinceTended;
    private volatile bool _tended;
    private volatile bool _stopping;

    public SqliteJournalStorage(string file)
    {
        _file = file;
        try
        {
            _connection = Database.OpenWriter(file);
            Database.Execute(_connection, "PRAGMA wal_autocheckpoint = 0;");
            Database.Upgrade(_connection, file, Schema);

            // The file is small, and what it alone has was acknowledged: a page gone astray must not go unnoticed.
            Database.Check(_connection, file);
            _insert = new Statement(_connection, "INSERT INTO batch(position, entries) VALUES (?1, ?2)");
            _find = new Statement(_connection, "SELECT 1 FROM batch WHERE position = ?1");
            _delete = new Statement(_connection, "DELETE FROM batch WHERE position = ?1");
            _begin = new Statement(_connection, "BEGIN IMMEDIATE");
            _commit = new Statement(_connection, "COMMIT");
            _fence = new Statement(_connection, "UPDATE meta SET value = value + 1 WHERE name = 'failures'");
            _copyLog = new Statement(_connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException e)
        {
            _connection?.Dispose();
            throw Database.Describe(e, file);
        }
        catch
        {
            _connection?.Dispose();
            throw;
        }

        _tender = new Thread(Tend) { Name = "journal log", IsBackground = true };
        _tender.Start();
    }

    /// <summary>Which store this journal belongs to; null: it is new.</summary>
    public string? Store
    {
        get
        {
            using var find = new Statement(_connection, "SELECT value FROM meta WHERE name = 'store'");
            return find.Step() ? find.Text(0) : null;
        }
        set
        {
            using var set = new Statement(_connection, "INSERT INTO meta VALUES ('store', ?1)");
            set.Bind(1, value!).Run();
        }
    }

    public long Bytes => Length(_file) + Length(_file + "-wal");

    /// <summary>Lets the file grow to so many pages and no further, as a disk without room would.</summary>
    internal void LimitPages(long pages) => Database.Execute(_connection, $"PRAGMA max_page_count = {pages}");

    public void ReadAll(BatchReader read)
    {
        try
        {
            using var all = new Statement(_connection, "SELECT position, entries FROM batch ORDER BY position");
            while (all.Step())
            {
                read(all.Int64(0), all.Blob(1));
            }
        }
        catch (SqliteException e)
        {
            throw Database.Describe(e, _file);
        }
        catch (InvalidDataException e)
        {
            throw new DataFolderException(
                DataFolderProblem.Damaged,
                $"{_file} is damaged: {e.Message} It holds acknowledged turns; restore the data folder from a backup.",
                e);
        }
    }

    public void Commit(long position, ReadOnlySpan<byte> entries)
    {
        try
        {
            _insert.Bind(1, position).Bind(2, entries).Run();
        }
        catch (SqliteException e)
        {
            throw new JournalStorageException($"Batch {position} was not committed: {e.Message}", e);
        }

        TendLog(entries.Length);
    }

    public bool Settle(long position)
    {
        try
        {
            Database.Rollback(_connection);
            _find.Bind(1, position);
            var kept = _find.Step();
            _find.Reset();
            if (!kept)
            {
                // A commit whose flush failed isn't visible, but its pages may stand in the log, whole, and would be found after a crash.
                // The next commit overwrites them: this one, before anything is built on "no".
                _fence.Run();
            }

            return kept;
        }
        catch (SqliteException e)
        {
            throw new JournalStorageException($"Whether batch {position} was committed can't be said yet: {e.Message}", e);
        }
    }

    public void Trim(ReadOnlySpan<long> positions)
    {
        try
        {
            _begin.Run();
            foreach (var position in positions)
            {
                _delete.Bind(1, position).Run();
            }

            _commit.Run();
        }
        catch (SqliteException e)
        {
            Database.Rollback(_connection);
            throw new JournalStorageException($"Saved batches could not be removed: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _tend.Set();
        _tender.Join();
        foreach (var statement in new[] { _insert, _find, _delete, _begin, _commit, _fence, _copyLog })
        {
            statement.Dispose();
        }

        _connection.Dispose();
        _tend.Dispose();
    }

    private void TendLog(int bytes)
    {
        _sinceTended += bytes;
        if (_tended)
        {
            _tended = false;
            try
            {
                _copyLog.Run();
            }
            catch (SqliteException)
            {
                // The log grows until the next time; commits are not touched by it.
            }
        }
        else if (_sinceTended >= TendEvery)
        {
            _sinceTended = 0;
            _tend.Set();
        }
    }

    private void Tend()
    {
        using var connection = Database.OpenWriter(_file);
        using var copyLog = new Statement(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        while (true)
        {
            _tend.WaitOne();
            if (_stopping)
            {
                return;
            }

            try
            {
                for (var pass = 0; pass < Passes; pass++)
                {
                    copyLog.Run();
                }

                _tended = true;
            }
            catch (SqliteException)
            {
                // A disk without room: the log keeps what it has, and the next time is soon.
            }
        }
    }

    private static long Length(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
