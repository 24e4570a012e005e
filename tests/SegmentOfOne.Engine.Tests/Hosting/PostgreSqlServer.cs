using System.Diagnostics;
using Npgsql;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>
/// A PostgreSQL server of its own, from the system's packages: data in a temporary folder, a socket there and no port, flushing its log
/// as in production. Started when it is first asked for.
/// </summary>
public sealed class PostgreSqlServer : IDisposable
{
    private static readonly string? Programs = FindPrograms();

    private readonly string _folder = Directory.CreateTempSubdirectory("segmentofone-pg-").FullName;
    private readonly List<NpgsqlDataSource> _sources = [];
    private readonly Lock _starting = new();
    private bool _isStarted;

    /// <summary>Why it can't run here; null: it can.</summary>
    public static string? Missing { get; } = Programs is null ? "needs PostgreSQL (Debian: postgresql)" : null;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>An empty database.</summary>
    public NpgsqlDataSource CreateDatabase()
    {
        lock (_starting)
        {
            if (!_isStarted)
            {
                Initialize();
                Start();
                _isStarted = true;
            }

            var name = $"test{_sources.Count}";
            using (var server = NpgsqlDataSource.Create(ConnectionString("postgres")))
            using (var create = server.CreateCommand($"CREATE DATABASE {name}"))
            {
                create.ExecuteNonQuery();
            }

            var source = NpgsqlDataSource.Create(ConnectionString(name));
            _sources.Add(source);
            return source;
        }
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _folder, Username = "postgres", Database = database, MaxPoolSize = 200,

            // A database of a test that has ended holds no connections of the one server.
            ConnectionIdleLifetime = 4, ConnectionPruningInterval = 2,
        }.ToString();

    public void Start() => Control(
        "start", "-w", "-l", Path.Combine(_folder, "log"), "-o",
        $"-c unix_socket_directories={_folder} -c listen_addresses= -c fsync=on -c max_connections=250");

    /// <summary>Stops it as a loss of power would: nothing is finished, connections break.</summary>
    public void StopImmediately() => Control("stop", "-m", "immediate", "-w");

    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Dispose();
        }

        if (_isStarted)
        {
            StopImmediately();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Initialize()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The server refuses to run as root, and whoever it runs as must get at its folder.
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        }

        Run("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    }

    private void Control(params string[] arguments) => Run("pg_ctl", ["-D", Data, .. arguments]);

    private static void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.RedirectStandardOutput = true;
        start.WorkingDirectory = Path.GetTempPath();
        using var process = Process.Start(start)!;
        if (arguments is not [_, _, "start", ..])
        {
            // The server inherits the pipe and keeps it open.
            process.StandardOutput.ReadToEnd();
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }

    private static string? FindPrograms()
    {
        var debian = new DirectoryInfo("/usr/lib/postgresql");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(debian.Exists ? debian.GetDirectories().Select(version => Path.Combine(version.FullName, "bin")).OrderDescending() : []);
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }
}

/// <summary>A test that needs PostgreSQL, and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PostgreSqlServer.Missing;
}
