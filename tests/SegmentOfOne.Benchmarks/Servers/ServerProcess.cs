using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SegmentOfOne.Benchmarks.Servers;

/// <summary>What a server process says of itself at one moment.</summary>
/// <param name="AllocatedBytes">All that its managed code ever allocated.</param>
/// <param name="CollectorPauses">Time that its threads stood still for the garbage collector.</param>
/// <param name="Cpu">Processor time, user and kernel.</param>
/// <param name="WorkingSetBytes">Resident memory.</param>
/// <param name="HeapBytes">The collected heap after the last collection.</param>
/// <param name="Queued">What waits for a thread of its pool.</param>
/// <param name="Compiling">Time that its threads have spent in the just-in-time compiler.</param>
/// <param name="Compiled">Methods that the compiler has made.</param>
public sealed record Reading(
    long AllocatedBytes, TimeSpan CollectorPauses, TimeSpan Cpu, long WorkingSetBytes, long HeapBytes, long Queued, TimeSpan Compiling, long Compiled);

/// <summary>What a gateway says of all its customers.</summary>
/// <param name="Turns">That somebody asked for and that are in its sums.</param>
/// <param name="Resident">Customers in memory.</param>
/// <param name="ResidentBytes">What they take outside of the collected heap.</param>
/// <param name="Unsaved">Turns in its journal only.</param>
/// <param name="Durable">Turns in its sums and in its journal only, but for those that time alone has brought since it was started.</param>
public sealed record GatewayOverview(long Turns, long Resident, long ResidentBytes, long Unsaved, long Durable);

/// <summary>A server as a process of its own, with a meter in it.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int MostSaid = 1 << 16;
    private const int MostWarming = 12;

    private static readonly TimeSpan MostUnquiet = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly DirectoryInfo _scratch;
    private readonly StringBuilder _said;
    private readonly StoreProcess? _store;

    private ServerProcess(string name, Process process, DirectoryInfo scratch, StringBuilder said, IPEndPoint grpc, IPEndPoint? http, StoreProcess? store)
    {
        (Name, _process, _scratch, _said, Grpc, Http, _store) = (name, process, scratch, said, grpc, http, store);
    }

    /// <summary>When it was started, a <see cref="Stopwatch"/> timestamp.</summary>
    public long StartedAt { get; private init; }

    /// <summary>What it wrote to its standard output and error.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>What to call it in a table.</summary>
    public string Name { get; }

    /// <summary>Where it takes gRPC, HTTP/2 without TLS.</summary>
    public IPEndPoint Grpc { get; }

    /// <summary>Where it takes JSON; null where it takes none.</summary>
    public IPEndPoint? Http { get; }

    /// <summary>Starts the floor: this program's own echo.</summary>
    public static Task<ServerProcess> StartEcho(CancellationToken ct)
    {
        var grpc = FreePort();
        return Start("echo", typeof(ServerProcess).Assembly.Location, grpc, null, ["echo", "--grpc", grpc.ToString()], ct);
    }

    /// <summary>Starts the gateway as it is built.</summary>
    /// <param name="data">Its data folder.</param>
    public static Task<ServerProcess> StartGateway(string data, CancellationToken ct) => StartGateway("gateway", Built.Gateway, data, ct);

    /// <summary>Starts a program that has the options of the gateway.</summary>
    /// <param name="store">Where it keeps customers.</param>
    /// <param name="options">Before those.</param>
    public static Task<ServerProcess> StartGateway(string name, string program, string store, CancellationToken ct, params string[] options)
    {
        IPEndPoint grpc = FreePort(), http = FreePort();
        return Start(name, program, grpc, http, [.. options, "--grpc", grpc.ToString(), "--http", http.ToString(), "--store", store], ct);
    }

    /// <summary>Starts the gateway as anybody does, without a meter: it can't be asked for a <see cref="Reading"/>.</summary>
    public static Task<ServerProcess> StartGatewayUnmetered(string data, CancellationToken ct)
    {
        IPEndPoint grpc = FreePort(), http = FreePort();
        return Start("gateway", Built.Gateway, grpc, http, ["--grpc", grpc.ToString(), "--http", http.ToString(), "--store", data], ct, isMetered: false);
    }

    /// <summary>Starts this program's own peer, over a store that is counted to it from then on: its processor time and its memory.</summary>
    /// <param name="folder">Where it keeps what is not of customers.</param>
    public static Task<ServerProcess> StartPeer(string name, StoreProcess store, string folder, CancellationToken ct, params string[] options)
    {
        IPEndPoint grpc = FreePort(), http = FreePort();
        string[] arguments = ["peer", .. store.Options, .. options, "--grpc", grpc.ToString(), "--http", http.ToString(), "--store", folder];
        return Start(name, typeof(ServerProcess).Assembly.Location, grpc, http, arguments, ct, store);
    }

    /// <summary>A port of loopback that was free a moment ago.</summary>
    public static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Whether somebody listens there.</summary>
    public static async Task<bool> Answers(EndPoint address, CancellationToken ct)
    {
        using var socket = address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What the process says of itself now.</summary>
    public Reading Read()
    {
        using var meter = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        meter.Connect(new UnixDomainSocketEndPoint(MeterPath(_scratch)));
        var answer = new byte[256];
        long[] numbers = [.. Encoding.ASCII.GetString(answer, 0, meter.Receive(answer)).Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        var store = _store?.Read() ?? default;
        return new Reading(
            numbers[0], TimeSpan.FromMicroseconds(numbers[1]), TimeSpan.FromTicks(numbers[2]) + store.Cpu, numbers[3] + store.MemoryBytes,
            numbers[4], numbers[5], TimeSpan.FromMicroseconds(numbers[6]), numbers[7]);
    }

    /// <summary>What a gateway says of all its customers now, a moment behind their turns.</summary>
    public async Task<GatewayOverview> Overview(CancellationToken ct)
    {
        using var http = new HttpClient();
        var overview = await http.GetFromJsonAsync<JsonElement>($"http://{Http}/admin/v1/overview", ct);
        var process = overview.GetProperty("process");
        var (turns, unsaved) = (Number(overview, "turns"), Number(process, "unsaved_turns"));
        return new GatewayOverview(
            turns - Number(overview, "clock_turns"), Number(process, "resident_customers"), Number(process, "resident_bytes"), unsaved,
            turns + unsaved - Number(process, "clock_turns"));

        // As protobuf's JSON has 64 bits: text, and nothing where it is 0.
        static long Number(JsonElement message, string name) =>
            message.TryGetProperty(name, out var value) ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Waits until the gateway's sums have so many turns: they are a checkpoint behind those that were answered.</summary>
    /// <param name="patience">How long they may stay as they are.</param>
    /// <exception cref="InvalidOperationException">They come to another number.</exception>
    public Task Sums(long turns, TimeSpan patience, CancellationToken ct) => Reach(turns, overview => overview.Turns, patience, ct);

    /// <summary>Waits until the gateway has so many turns, in its sums and in its journal only: the former are a moment behind.</summary>
    /// <inheritdoc cref="Sums"/>
    public Task Durable(long turns, TimeSpan patience, CancellationToken ct) => Reach(turns, overview => overview.Durable, patience, ct);

    private async Task Reach(long turns, Func<GatewayOverview, long> figure, TimeSpan patience, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var found = figure(await Overview(ct)); found != turns;)
        {
            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                throw new InvalidOperationException($"{turns} turns were answered and {found} are kept");
            }

            await Task.Delay(500, ct);
            var before = found;
            found = figure(await Overview(ct));
            begun = found != before ? Stopwatch.GetTimestamp() : begun;
        }
    }

    /// <summary>Waits until a gateway's journal has nothing that its store hasn't, two minutes at most: checkpoints rest between rounds, and use
    /// no processor then.</summary>
    public async Task Saved(CancellationToken ct)
    {
        for (var begun = Stopwatch.GetTimestamp(); (await Overview(ct)).Unsaved > 0 && Stopwatch.GetElapsedTime(begun) < MostUnquiet;)
        {
            await Task.Delay(200, ct);
        }
    }

    /// <summary>Waits until the process uses less than a twentieth of a core, two minutes at most, so that what a run leaves behind is
    /// counted to it.</summary>
    public async Task<Reading> Quiet(CancellationToken ct)
    {
        var window = TimeSpan.FromMilliseconds(500);
        var begun = Stopwatch.GetTimestamp();
        for (var before = Read(); ;)
        {
            await Task.Delay(window, ct);
            var now = Read();
            if (now.Cpu - before.Cpu < window / 20 || Stopwatch.GetElapsedTime(begun) > MostUnquiet)
            {
                return now;
            }
            before = now;
        }
    }

    /// <summary>Repeats a load until the process has compiled what it runs: until the compiler takes less than a hundredth of the time,
    /// twelve times at most.</summary>
    public void Warm(Action load)
    {
        for (var round = 0; round < MostWarming; round++)
        {
            var before = Read();
            var begun = Stopwatch.GetTimestamp();
            load();
            if (Read().Compiling - before.Compiling < Stopwatch.GetElapsedTime(begun) / 100)
            {
                return;
            }
        }
    }

    /// <summary>Asks the process to stop and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Stop(CancellationToken ct)
    {
        _ = Kill(_process.Id, Terminate);
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    private static async Task<ServerProcess> Start(
        string name, string program, IPEndPoint grpc, IPEndPoint? http, string[] arguments, CancellationToken ct, StoreProcess? store = null, bool isMetered = true)
    {
        var scratch = Directory.CreateTempSubdirectory("server-process-");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = scratch.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (program == typeof(ServerProcess).Assembly.Location)
        {
            // Floor and peers collect as the gateway does, which as a web application is set to.
            start.Environment["DOTNET_gcServer"] = "1";
        }

        if (isMetered)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[StartupHook.SocketVariable] = MeterPath(scratch);
        }

        var startedAt = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var said = new StringBuilder();
        process.OutputDataReceived += (_, line) => Note(said, line.Data);
        process.ErrorDataReceived += (_, line) => Note(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!await Answers(grpc, ct))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{name} did not start: {said}");
            }
            await Task.Delay(5, ct);
        }
        return new ServerProcess(name, process, scratch, said, grpc, http, store) { StartedAt = startedAt };
    }

    // The beginning is what says why something did not start; a server that says more and more is not to fill memory.
    private static void Note(StringBuilder said, string? line)
    {
        lock (said)
        {
            if (said.Length < MostSaid)
            {
                said.AppendLine(line);
            }
        }
    }

    private static string MeterPath(DirectoryInfo scratch) => Path.Combine(scratch.FullName, "meter");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _scratch.Delete(recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
