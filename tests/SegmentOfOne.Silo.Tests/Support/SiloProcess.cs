using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Silo.Tests.Support;

/// <summary>The built program as a process of its own, as an operator runs it, on ports that were free.</summary>
internal sealed partial class SiloProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "SegmentOfOne.Silo.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Many silos on one machine of few cores: heaps for a big server each would only take its memory.
        start.Environment["DOTNET_gcServer"] = "0";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _error);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public Uri Http => new(Find(HttpLine()));

    public Uri Grpc => new(Find(GrpcLine()));

    /// <summary>Where other silos reach it.</summary>
    public string Member => Find(SiloLine());

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits until it has said that it serves.</summary>
    public static async Task<SiloProcess> Start(params string[] options)
    {
        string[] ports = ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--silo", "127.0.0.1:0", "--silo-gateway", "0"];
        var process = new SiloProcess([.. ports, .. options]);
        await Task.WhenAny(process._greeted.Task, process._process.WaitForExitAsync());
        return process._greeted.Task.IsCompleted ? process : throw new InvalidOperationException($"It did not start:\n{process.Output}{process.Error}");
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = new SiloProcess(arguments);
        await process.Exit();
        return (process._process.ExitCode, process.Output, process.Error);
    }

    public GrpcChannel Channel() => new(Grpc, new GrpcChannelOptions { ConnectTimeout = TimeSpan.FromSeconds(2) });

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> Terminate()
    {
        Send(15);
        return await Exit();
    }

    /// <summary>SIGSTOP: it lives, but does not move.</summary>
    public void Freeze() => Send(19);

    /// <summary>SIGCONT.</summary>
    public void Wake() => Send(18);

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Send(int signal) => kill(_process.Id, signal).ShouldBe(0);

    private void Take(string? line, StringBuilder lines)
    {
        if (line is null)
        {
            return;
        }

        lock (lines)
        {
            lines.AppendLine(line);
        }

        // The last line of the greeting, with a gateway and without.
        if (line.TrimStart().StartsWith("curl ", StringComparison.Ordinal) || line == "Ready.")
        {
            _greeted.TrySetResult();
        }
    }

    private static string Text(StringBuilder lines)
    {
        lock (lines)
        {
            return lines.ToString();
        }
    }

    private string Find(Regex line) => line.Match(Output) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"No {line} in:\n{Output}");

    [GeneratedRegex(@"^ +HTTP +(\S+)", RegexOptions.Multiline)]
    private static partial Regex HttpLine();

    [GeneratedRegex(@"^ +gRPC +(\S+)", RegexOptions.Multiline)]
    private static partial Regex GrpcLine();

    [GeneratedRegex(@"^ +silo +([^ ,]+)", RegexOptions.Multiline)]
    private static partial Regex SiloLine();

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SA1300, CA1707, IDE1006 // The name is the C library's.
    private static partial int kill(int pid, int signal);
#pragma warning restore SA1300, CA1707, IDE1006
}
