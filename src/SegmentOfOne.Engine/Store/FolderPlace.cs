using Microsoft.Data.Sqlite;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Sqlite;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine.Store;

/// <summary>A folder of SQLite files, held by one process.</summary>
internal sealed class FolderPlace : IStorePlace
{
    private const string JournalFile = "journal.db";
    private const string StoreFile = "customers.db";

    private readonly DataFolder _folder;
    private readonly VaultFolder? _vault;
    private readonly CustomerStore _store;

    /// <param name="journal">Given by tests in place of the file.</param>
    /// <exception cref="DataFolderException">The folder can't be used; the message says why and what to do.</exception>
    public FolderPlace(string path, VaultOptions vault, TimeProvider time, IJournalStorage? journal)
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

            _vault = vault.Encrypts ? new VaultFolder(vault.Folder ?? VaultOptions.Beside(path), time, vault.MasterKey?.ToArray()) : null;
            _store = new CustomerStore(storeFile, Keyring);
            Bind(vault.Folder ?? VaultOptions.Beside(path));
            Journals = [journal ?? OpenJournal(journalFile, _store)];
        }
        catch (Exception e)
        {
            _store?.Dispose();
            _vault?.Dispose();
            _folder.Dispose();
            if (e is SqliteException sqlite)
            {
                throw Database.Describe(sqlite, storeFile);
            }

            throw;
        }
    }

    public ICustomerStore Store => _store;

    public Keyring? Keyring => _vault?.Keyring;

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
        _vault?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Notes at the first start which vault the keys are in, and refuses any other from then on.</summary>
    private void Bind(string folder)
    {
        if (_store.Vault is null && _vault is not null)
        {
            _store.Vault = _vault.Keyring.Name;
        }

        if (_store.Vault is { } name && name != _vault?.Keyring.Name)
        {
            throw new DataFolderException(
                DataFolderProblem.Incomplete,
                _vault is null
                    ? "The customers in the data folder are encrypted; they can't be read without their vault."
                    : $"The vault {folder} isn't the one that has the keys of the customers in the data folder. Name that one with --vault.");
        }
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
