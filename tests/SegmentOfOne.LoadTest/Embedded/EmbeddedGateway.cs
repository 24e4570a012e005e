using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SegmentOfOne.LoadTest.Embedded;

/// <summary>The gateway's program, started on free ports of loopback and an empty temporary folder; both go when it is disposed, or when this process dies.</summary>
internal sealed partial class EmbeddedGateway : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LinesKept = 50;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentofone-load-");
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _said = [];
    private readonly Process _process;

    private EmbeddedGateway(string program)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--data", Path.Combine(_folder.FullName, "data")])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
                [StartupHook.FolderVariable] = _folder.FullName,
            },
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidDataException("It ended."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it answers gRPC.</summary>
    public Uri Address => _address.Task.Result;

    /// <summary>The system's number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Where its data is.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Starts it and waits until it serves.</summary>
    /// <exception cref="InvalidDataException">It was not built, or didn't start; the message has what it said.</exception>
    public static async Task<EmbeddedGateway> Start(CancellationToken ct)
    {
        var program = Path.GetFullPath(typeof(EmbeddedGateway).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(told => told.Key == "Gateway").Value!);
        if (!File.Exists(program))
        {
            throw new InvalidDataException($"There is no gateway at '{program}': build it first.");
        }
        var gateway = new EmbeddedGateway(program);
        try
        {
            await gateway._address.Task.WaitAsync(StartPatience, ct);
            return gateway;
        }
        catch (Exception failed) when (failed is InvalidDataException or TimeoutException)
        {
            await gateway.DisposeAsync();
            lock (gateway._said)
            {
                throw new InvalidDataException($"The embedded gateway did not start: {string.Join('\n', gateway._said)}", failed);
            }
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, as an operator would, kills it where it doesn't, and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = Kill(_process.Id, Terminate);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > LinesKept)
            {
                _said.Dequeue();
            }
        }
        if (Greeting().Match(line) is { Success: true } greeting)
        {
            _address.TrySetResult(new Uri(greeting.Groups["address"].Value));
        }
    }

    /// <summary>The line of what the program prints when it serves that says where.</summary>
    [GeneratedRegex(@"^\s*gRPC\s+(?<address>http://[\w.:\[\]]+)")]
    private static partial Regex Greeting();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
