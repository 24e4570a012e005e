using Npgsql;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>Empty databases on a PostgreSQL server, gone when this is disposed.</summary>
public sealed class ScratchDatabases(string server) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _server = NpgsqlDataSource.Create(server);
    private readonly List<string> _names = [];

    /// <summary>Makes one; what to say as --store.</summary>
    public async Task<string> Create(CancellationToken ct)
    {
        var name = $"segmentofone_measured_{Environment.ProcessId}_{_names.Count}";
        await using var create = _server.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync(ct);
        _names.Add(name);
        return $"Invariant=Npgsql;{new NpgsqlConnectionStringBuilder(server) { Database = name }}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            await using var drop = _server.CreateCommand($"DROP DATABASE {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync();
        }

        await _server.DisposeAsync();
    }
}
