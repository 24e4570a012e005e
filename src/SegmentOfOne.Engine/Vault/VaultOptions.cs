namespace SegmentOfOne.Engine.Vault;

/// <summary>Where the keys of customers are kept, and what wraps them.</summary>
public sealed record VaultOptions
{
    /// <summary>Null: beside the data folder, or on the database that the data is on.</summary>
    public string? Folder { get; init; }

    /// <summary>Where a vault is that isn't named: beside the data, so that whoever copies the data doesn't copy the keys.</summary>
    public static string Beside(string dataFolder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder)) + ".vault";

    /// <summary>Null: in <see cref="Folder"/>, or on the database that the data is on.</summary>
    public SharedDatabase? Database { get; init; }

    /// <summary>32 bytes. Null: one that is made at the first start and kept in the vault.</summary>
    public ReadOnlyMemory<byte>? MasterKey { get; init; }

    /// <summary>False: no vault, everything is stored in the clear, and nobody can be erased out of backups.</summary>
    public bool Encrypts { get; init; } = true;
}
