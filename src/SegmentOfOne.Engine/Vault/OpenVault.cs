using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Vault;

/// <summary>A vault by itself, for those who look after it while no home uses it.</summary>
public sealed class OpenVault : IDisposable
{
    private readonly VaultFolder? _folder;
    private readonly Keyring _keyring;

    private OpenVault(VaultFolder? folder, Keyring keyring) => (_folder, _keyring) = (folder, keyring);

    /// <summary>What certificates of erasures are verified with, as PEM.</summary>
    public string ErasureKey => Certificates.PublicKey(_keyring);

    /// <param name="dataFolder">Where the data is; null: on <paramref name="data"/>.</param>
    /// <exception cref="DataFolderException">It can't be used; the message says why and what to do.</exception>
    /// <exception cref="SharedDatabaseException">It can't be used; the message says why and what to do.</exception>
    public static OpenVault Open(VaultOptions options, string? dataFolder, SharedDatabase? data, TimeProvider time)
    {
        if ((options.Database ?? (options.Folder is null ? data : null)) is { } database)
        {
            return new OpenVault(null, SharedVault.Open(database, options.MasterKey));
        }

        var path = options.Folder ?? VaultOptions.Beside(dataFolder!);
        if (!Directory.Exists(path))
        {
            throw new DataFolderException(DataFolderProblem.Incomplete, $"There is no vault {path}.");
        }

        var folder = new VaultFolder(path, time, options.MasterKey?.ToArray());
        return new OpenVault(folder, folder.Keyring);
    }

    /// <summary>Wraps every key under another master key; how many customers' keys.</summary>
    /// <param name="next">Null: one that is drawn, and kept in the vault.</param>
    public int Rotate(byte[]? next)
    {
        if (_folder is not null)
        {
            return _folder.Rotate(next);
        }

        var key = next ?? RandomNumberGenerator.GetBytes(MasterKey.Bytes);
        using var master = new MasterKey(key);
        return _keyring.Rotate(master, next is null ? key : []);
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            _folder.Dispose();
            return;
        }

        _keyring.Dispose();
    }
}
