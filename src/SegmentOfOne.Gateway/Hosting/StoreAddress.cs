using System.Data.Common;
using SegmentOfOne.Engine;
using SegmentOfOne.Gateway.Access;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>
/// Where customers are kept: a folder, or a database by its connection string with the provider's invariant name in it, such as
/// <c>Invariant=Npgsql;Host=db;Database=shop;Username=app</c>.
/// </summary>
public sealed class StoreAddress
{
    private const string InvariantKey = "Invariant";

    private readonly DatabaseProvider? _provider;
    private readonly string _text;
    private readonly string? _workspace;

    private StoreAddress(DatabaseProvider? provider, string text, string? workspace = null) => (_provider, _text, _workspace) = (provider, text, workspace);

    /// <summary>The folder; null: it is a database.</summary>
    public string? FolderPath => _provider is null ? _text : null;

    /// <summary>The invariant name of the database's provider; null: it is a folder.</summary>
    public string? Invariant => _provider?.Invariant;

    public static StoreAddress Folder(string path) => new(null, path);

    /// <summary>Reads <paramref name="text"/>; when it names nothing that <paramref name="providers"/> can open, <paramref name="problem"/> says why.
    /// It never says the connection string, which may hold a password.</summary>
    public static bool TryParse(string text, IReadOnlyList<DatabaseProvider> providers, out StoreAddress address, out string problem)
    {
        (address, problem) = (Folder(text), "");
        if (Directory.Exists(text))
        {
            return true;
        }

        DbConnectionStringBuilder parts;
        try
        {
            parts = new DbConnectionStringBuilder { ConnectionString = text };
        }
        catch (ArgumentException)
        {
            return true;
        }

        var known = string.Join(" or ", providers.Select(provider => provider.Invariant));
        if (!parts.TryGetValue(InvariantKey, out var invariant))
        {
            problem = $"A connection string says its provider too: {InvariantKey}={known};…";
            return false;
        }

        if (providers.FirstOrDefault(one => one.Invariant.Equals((string)invariant, StringComparison.OrdinalIgnoreCase)) is not { } provider)
        {
            problem = $"This program has no provider {invariant}; it has {known}.";
            return false;
        }

        parts.Remove(InvariantKey);
        try
        {
            provider.Open(parts.ConnectionString).Dispose();
        }
        catch (ArgumentException exception)
        {
            problem = $"{provider.Invariant} does not understand the connection string: {exception.Message}";
            return false;
        }

        address = new StoreAddress(provider, parts.ConnectionString);
        return true;
    }

    /// <summary>That of a workspace kept here, where nothing of another is: a folder within the folder, or a schema beside the schema.</summary>
    public StoreAddress Of(string workspace) =>
        workspace == Workspace.Default ? this
        : _provider is null ? Folder(Path.Combine(_text, "workspaces", workspace))
        : new StoreAddress(_provider, _text, workspace);

    /// <summary>Opens connections to the database; the caller disposes of the source. Null: it is a folder.</summary>
    public SharedDatabase? OpenDatabase() => _provider is null ? null
        : _workspace is null ? new SharedDatabase(_provider.Open(_text), _provider.Dialect)
        : new SharedDatabase(_provider.Open(_text), _provider.Dialect) { Schema = $"segmentofone_{_workspace}" };

    /// <summary>For people: without what must not be shown.</summary>
    public override string ToString()
    {
        if (_provider is null)
        {
            return Path.GetFullPath(_text);
        }

        using var source = _provider.Open(_text);
        using var connection = source.CreateConnection();
        return $"{connection.Database} at {connection.DataSource} ({_provider.Invariant})";
    }
}
