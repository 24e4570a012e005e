using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;

namespace SegmentOfOne.LoadTest.Processes;

/// <summary>A process of this program with a share of the load, from the side of the one that starts it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int ErrorsKept = 2_000;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _name;
    private string _errors = "";

    /// <param name="name">In messages.</param>
    public WorkerProcess(string name, WorkerJob job)
    {
        _name = name;
        var start = new ProcessStartInfo("dotnet", [typeof(WorkerProcess).Assembly.Location, "work"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _errors = _errors.Length < ErrorsKept ? $"{_errors} {line.Data}" : _errors;
        _process.BeginErrorReadLine();
        Tell(JsonSerializer.Serialize(job, ReportJson.Options));
    }

    /// <summary>The system's number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Waits until the process has reached the service.</summary>
    /// <exception cref="InvalidDataException">It can't; the message says why.</exception>
    public async Task Ready(CancellationToken ct)
    {
        var line = await Read(ct);
        if (line is not { Ready: true })
        {
            throw new InvalidDataException(line?.Problem ?? await Death());
        }
    }

    /// <summary>Says a word; a process that has died doesn't hear it.</summary>
    public void Tell(string word)
    {
        try
        {
            _process.StandardInput.WriteLine(word);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Reading its lines tells that it has died.
        }
    }

    /// <summary>Follows a process that was told to go until it ends.</summary>
    /// <returns>What came of it; where it died, null and how.</returns>
    public async Task<(WorkerResult? Result, string? Fault)> Follow(Action<Tick> tick)
    {
        while (await Read(CancellationToken.None) is { } line)
        {
            if (line.Tick is { } passed)
            {
                tick(passed);
            }
            else if (line.Result is { } result)
            {
                // It ends by itself now; whoever disposes this doesn't wait.
                await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(EndPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (result, null);
            }
        }
        return (null, await Death());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private async Task<WorkerLine?> Read(CancellationToken ct)
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(ct) is { } line ? WorkerLine.Parse(line) : null;
        }
        catch (JsonException)
        {
            // It died in the middle of a line.
            return null;
        }
    }

    private async Task<string> Death()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return string.Create(CultureInfo.InvariantCulture, $"{_name} died with exit code {_process.ExitCode}; what it measured is lost.{_errors.TrimEnd()}");
    }
}
