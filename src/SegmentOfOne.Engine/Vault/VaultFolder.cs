using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Vault;

/// <summary>A folder with vault.db and, unless one is given from elsewhere, the master key; held by this process until disposed of.</summary>
internal sealed class VaultFolder : IDisposable
{
    private const string VaultFile = "vault.db";
    private const string KeyFile = "master.key";
    private const string NextKeyFile = "master.key.next";

    private readonly DataFolder _folder;

    /// <param name="masterKey">Null: the one in the folder, made where there is no vault yet.</param>
    /// <exception cref="DataFolderException">It can't be used; the message says why and what to do.</exception>
    public VaultFolder(string path, TimeProvider time, byte[]? masterKey)
    {
        _folder = new DataFolder(path, time);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Keyring = masterKey is not null ? Open(masterKey) : OpenByFile();
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public Keyring Keyring { get; }

    /// <summary>Wraps every key under another master key; the data isn't touched. A crash leaves the one before or this one in force.
    /// How many customers' keys.</summary>
    /// <param name="next">Null: one that is drawn, and takes the place of that in the folder.</param>
    public int Rotate(byte[]? next)
    {
        var key = next ?? RandomNumberGenerator.GetBytes(MasterKey.Bytes);
        if (next is null)
        {
            Write(_folder.In(NextKeyFile), key);
        }

        using var master = new MasterKey(key);
        var count = Keyring.Rotate(master, []);
        if (next is null)
        {
            File.Move(_folder.In(NextKeyFile), _folder.In(KeyFile), overwrite: true);
        }
        else
        {
            File.Delete(_folder.In(KeyFile));
        }

        return count;
    }

    public void Dispose()
    {
        Keyring.Dispose();
        _folder.Dispose();
    }

    private Keyring OpenByFile()
    {
        var (file, next) = (_folder.In(KeyFile), _folder.In(NextKeyFile));
        if (!File.Exists(file) && !File.Exists(next))
        {
            if (File.Exists(_folder.In(VaultFile)))
            {
                throw new DataFolderException(
                    DataFolderProblem.Incomplete,
                    $"{file} is missing, and no other master key is given. Give the one that the vault was made with: --master-key or SEGMENTOFONE_MASTER_KEY.");
            }

            Write(file, RandomNumberGenerator.GetBytes(MasterKey.Bytes));
        }

        // A rotation that was cut off has wrapped everything under the next one, or nothing.
        if (File.Exists(next))
        {
            try
            {
                var keyring = Open(Read(next));
                File.Move(next, file, overwrite: true);
                return keyring;
            }
            catch (DataFolderException) when (File.Exists(file))
            {
                File.Delete(next);
            }
        }

        return Open(Read(file));
    }

    private Keyring Open(byte[] masterKey)
    {
        var store = new FolderVault(_folder.In(VaultFile));
        var master = new MasterKey(masterKey);
        CryptographicOperations.ZeroMemory(masterKey);
        try
        {
            return new Keyring(store, master);
        }
        catch
        {
            store.Dispose();
            master.Dispose();
            throw;
        }
    }

    private static byte[] Read(string file) => MasterKeyText.Parse(File.ReadAllText(file)) ?? throw new DataFolderException(
        DataFolderProblem.Damaged, $"{file} is no master key: {MasterKeyText.Expected}.");

    private static void Write(string file, ReadOnlySpan<byte> key)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
        stream.Flush(flushToDisk: true);
    }
}
