using Microsoft.Data.Sqlite;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Sqlite;

namespace SegmentOfOne.Engine.Store;

/// <summary>A folder of SQLite files, held by one process.</summary>
internal sealed class FolderPlace : IStorePlace
{
    private const string JournalFile = "journal.db";
    private const string StoreFile = "customers.db";

    private readonly DataFolder _folder;
    private readonly CustomerStore _store;

    /// <param name="journal">Given by tests in place of the file.</param>
    /// <exception cref="DataFolderException">The folder can't be used; the message says why and what to do.</exception>
    public FolderPlace(string path, TimeProvider time, IJournalStorage? journal)
    {
        _folder = new DataFolder(path, time);
        var (journalFile, storeFile) = (_folder.In(JournalFile), _folder.In(StoreFile));
        try
        {
            if (journal is null && File.Exists(journalFile) && !File.Exists(storeFile))
            {
                throw new DataFolderException(
                    DataFolderProblem.Incomplete, $"{storeFile} is missing beside {journalFile}. Restore the data folder from a backup.");
            }

            _store = new CustomerStore(storeFile);
            Journals = [journal ?? OpenJournal(journalFile, _store)];
        }
        catch (Exception e)
        {
            _store?.Dispose();
            _folder.Dispose();
            if (e is SqliteException sqlite)
            {
                throw Database.Describe(sqlite, storeFile);
            }

            throw;
        }
    }

    public ICustomerStore Store => _store;

    public IReadOnlyList<IJournalStorage> Journals { get; }

    public int Readers => 2;

    public Action<CustomerHome, ManualResetEventSlim>? Tend => null;

    public void Leave(bool allSaved)
    {
        // What isn't saved is in the journal, and read at the next start.
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static SqliteJournalStorage OpenJournal(string file, CustomerStore store)
    {
        var journal = new SqliteJournalStorage(file);
        try
        {
            if (journal.Store is null && !store.HasCustomers)
            {
                journal.Store = store.Name;
            }

            return journal.Store == store.Name
                ? journal
                : throw new DataFolderException(
                    DataFolderProblem.Incomplete,
                    $"{file} and the customers.db beside it don't belong together: one of them was replaced or lost. Restore the data folder from a backup.");
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }
}
