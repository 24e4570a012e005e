using System.Data.Common;
using Microsoft.Data.Sqlite;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Access;

/// <summary>Opens where keys are kept: a file of the data folder, or tables of the shared database.</summary>
public static class AccessStore
{
    private const string File = "access.db";

    /// <summary>Opens that of a data folder, also while another process serves it: keys are added and revoked beside it.</summary>
    /// <exception cref="DataFolderException">The file can't be used; the message says why and what to do.</exception>
    public static IAccessStore Open(string folder)
    {
        var file = Path.Combine(Path.GetFullPath(folder), File);
        try
        {
            Directory.CreateDirectory(folder);
            return new SqliteAccess(file);
        }
        catch (SqliteException e)
        {
            throw Database.Describe(e, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(DataFolderProblem.ReadOnly, $"The data folder {folder} can't be written: {e.Message}", e);
        }
    }

    /// <summary>Opens that of a database, which must have been migrated.</summary>
    /// <exception cref="SharedDatabaseException">It can't be used; the message says why.</exception>
    public static IAccessStore Open(SharedDatabase database)
    {
        var store = new SharedAccess(database);
        try
        {
            store.Mark();
            return store;
        }
        catch (DbException e)
        {
            store.Dispose();
            throw new SharedDatabaseException(SharedDatabaseProblem.Unreachable, $"The database can't be used: {e.Message}", e);
        }
    }
}
