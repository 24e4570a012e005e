using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>The built program as a process of its own, as a user runs it.</summary>
internal sealed partial class GatewayProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "SegmentOfOne.Gateway.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(string workingFolder, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _error);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public Uri Http => new(Find(HttpLine()));

    public Uri Grpc => new(Find(GrpcLine()));

    /// <summary>Starts it and waits until it has said where it listens.</summary>
    public static Task<GatewayProcess> Start(string workingFolder, params string[] options) =>
        StartWith(workingFolder, ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", .. options]);

    /// <summary>The same with these arguments and no others.</summary>
    public static async Task<GatewayProcess> StartWith(string workingFolder, params string[] arguments)
    {
        var process = new GatewayProcess(workingFolder, arguments);
        await Task.WhenAny(process._greeted.Task, process._process.WaitForExitAsync());
        return process._greeted.Task.IsCompleted ? process : throw new InvalidOperationException($"It did not start:\n{process.Output}{process.Error}");
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(string workingFolder, params string[] arguments)
    {
        using var process = new GatewayProcess(workingFolder, arguments);
        await process._process.WaitForExitAsync();
        return (process._process.ExitCode, process.Output, process.Error);
    }

    public GrpcChannel Channel() => new(Grpc);

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> Terminate()
    {
        const int sigterm = 15;
        kill(_process.Id, sigterm).ShouldBe(0);
        return await Exit();
    }

    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

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

        // The last line of the greeting.
        if (line.TrimStart().StartsWith("curl ", StringComparison.Ordinal))
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

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SA1300, CA1707, IDE1006 // The name is the C library's.
    private static partial int kill(int pid, int signal);
#pragma warning restore SA1300, CA1707, IDE1006
}
