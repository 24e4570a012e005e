using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>
/// A server that keeps customers for a peer, from the system's packages, on a temporary folder that goes with it: Redis or PostgreSQL, set up for
/// production on a machine of its own, flushing as they are told to.
/// </summary>
public sealed class StoreProcess : IAsyncDisposable
{
    // Ticks of the times in /proc: sysconf(_SC_CLK_TCK), which is 100 on Linux.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private StoreProcess(Process process, DirectoryInfo folder, params string[] options) => (_process, _folder, Options) = (process, folder, options);

    /// <summary>How a peer is told of it.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>Why a program can't run here; null: it can.</summary>
    public static string? Missing(string program) => Find(program) is null ? $"{program} is missing (Debian: redis-server, postgresql)" : null;

    /// <summary>Redis whose log of commands is flushed <c>always</c>, before each reply, or <c>everysec</c>, which may lose a second.</summary>
    public static async Task<StoreProcess> StartRedis(string flushed, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("measured-redis-");
        var address = ServerProcess.FreePort();
        var process = Start("redis-server", folder,
            "--port", address.Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder.FullName, "--save", "",
            "--appendonly", "yes", "--appendfsync", flushed, "--auto-aof-rewrite-min-size", "1gb", "--protected-mode", "no");
        await Answering(process, address, ct);
        return new StoreProcess(process, folder, "--redis", address.ToString());
    }

    /// <summary>PostgreSQL with fsync, and memory and log sizes as one sets them on a machine that serves nothing else.</summary>
    public static async Task<StoreProcess> StartPostgres(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("measured-pg-");
        if (!OperatingSystem.IsWindows())
        {
            // The server refuses to run as root, and whoever it runs as must get at its folder.
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        }

        var data = Path.Combine(folder.FullName, "data");
        using (var initialize = Start("initdb", folder, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"))
        {
            await initialize.WaitForExitAsync(ct);
        }

        string[] settings =
        [
            $"unix_socket_directories={folder.FullName}", "listen_addresses=", "max_connections=200", "fsync=on", "synchronous_commit=on",
            "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min", "wal_compression=lz4", "default_toast_compression=lz4",
        ];
        var process = Start("postgres", folder, ["-D", data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        await Answering(process, new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(folder.FullName, ".s.PGSQL.5432")), ct);
        var address = new NpgsqlConnectionStringBuilder { Host = folder.FullName, Username = "postgres", Database = "postgres" };
        return new StoreProcess(process, folder, "--postgres", address.ToString());
    }

    /// <summary>Processor time that it and all processes that it started have used, those included that have ended, and their memory now,
    /// shared pages counted once.</summary>
    public (TimeSpan Cpu, long MemoryBytes) Read()
    {
        var (ticks, bytes) = (0L, 0L);
        foreach (var process in Family())
        {
            // After the name in parentheses: state, parent, …; fields 14 to 17 are the times of proc(5).
            var fields = Fields(process);
            ticks += fields.Length < 15 ? 0 : fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            bytes += Proportional(process);
        }

        return (Tick * ticks, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(string program, DirectoryInfo folder, params string[] arguments)
    {
        var path = Find(program) ?? throw new InvalidOperationException(Missing(program));
        var start = Environment.UserName == "root" && program != "redis-server"
            ? new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = folder.FullName;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Debian keeps PostgreSQL's programs out of the path, by version.
    private static string? Find(string program)
    {
        var debian = new DirectoryInfo("/usr/lib/postgresql");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(debian.Exists ? debian.GetDirectories().Select(version => Path.Combine(version.FullName, "bin")).OrderDescending() : [])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private static async Task Answering(Process process, EndPoint address, CancellationToken ct)
    {
        for (var begun = Stopwatch.GetTimestamp(); !await ServerProcess.Answers(address, ct);)
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} did not start");
            }

            await Task.Delay(50, ct);
        }
    }

    private List<int> Family()
    {
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(id => (Id: id, Fields: Fields(id))).Where(one => one.Fields.Length > 1)
            .ToLookup(one => int.Parse(one.Fields[1], CultureInfo.InvariantCulture), one => one.Id);
        List<int> family = [_process.Id];
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(parents[family[i]]);
        }

        return family;
    }

    /// <summary>Of /proc/…/stat, from the state on; none: the process has ended.</summary>
    private static string[] Fields(int process)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{process}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Proportional(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[4..^2].Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
