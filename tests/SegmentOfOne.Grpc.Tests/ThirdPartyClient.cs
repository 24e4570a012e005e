using System.Diagnostics;
using System.Text.Json;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>
/// A gRPC client that somebody else wrote, run as a process of its own: <c>script HOST:PORT FOLDER_OF_PROTOS</c> prints a line
/// of JSON for each scenario. Says what is missing where it cannot run.
/// </summary>
internal sealed class ThirdPartyClient
{
    /// <summary>Debian's grpcio.</summary>
    public static readonly ThirdPartyClient Python = new("client.py", FindPython);

    /// <summary>npm's grpc-js, installed beside the tests on first use.</summary>
    public static readonly ThirdPartyClient Node = new("client.js", FindNode);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _script;
    private readonly Lazy<(string? Program, string? Missing)> _found;

    private ThirdPartyClient(string script, Func<(string? Program, string? Missing)> find)
    {
        _script = script;
        _found = new(find);
    }

    /// <summary>Why it cannot run here, or null when it can.</summary>
    public string? Missing => _found.Value.Missing;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Clients");

    /// <summary>Runs every scenario against the server: what went wrong by scenario, null where nothing did.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> RunAsync(Uri address)
    {
        var (exit, output, errors) = await RunAsync(_found.Value.Program!, _script, address.Authority, Folder);
        if (exit != 0)
        {
            throw new InvalidOperationException($"{_script} ended with {exit}: {errors}");
        }

        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Outcome>(line, JsonSerializerOptions.Web)!)
            .ToDictionary(outcome => outcome.Scenario, outcome => outcome.Error);
    }

    private static (string?, string?) FindPython()
    {
        foreach (var python in new[] { "/usr/bin/python3", "python3" })
        {
            if (Succeeds(python, "-c", "import grpc, grpc_tools"))
            {
                return (python, null);
            }
        }

        return (null, "needs python3 with grpcio and grpcio-tools (Debian: python3-grpcio, python3-grpc-tools)");
    }

    private static (string?, string?) FindNode()
    {
        if (!Succeeds("node", "--version"))
        {
            return (null, "needs node");
        }

        return Directory.Exists(Path.Combine(Folder, "node_modules", "@grpc", "grpc-js")) || Succeeds("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            ? ("node", null)
            : (null, "needs npm to install @grpc/grpc-js and @grpc/proto-loader (npm ci failed)");
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            return RunAsync(program, arguments).GetAwaiter().GetResult().Exit == 0;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return false;
        }
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience.TotalMinutes} minutes.");
        }
    }

    private sealed record Outcome(string Scenario, string? Error);
}

/// <summary>A theory that needs Python's grpcio, and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = ThirdPartyClient.Python.Missing;
}

/// <summary>A theory that needs npm's grpc-js, and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = ThirdPartyClient.Node.Missing;
}
