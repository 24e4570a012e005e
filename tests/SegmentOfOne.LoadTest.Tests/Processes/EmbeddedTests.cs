using System.Diagnostics;
using SegmentOfOne.LoadTest.Reports;

namespace SegmentOfOne.LoadTest.Tests.Processes;

/// <summary>The program as a process of its own, with a real gateway that it starts itself.</summary>
public sealed class EmbeddedTests : IDisposable
{
    private const string Tiny = """
        {
          "name": "tiny", "population": {"customers": 50, "seed": 4},
          "phases": [
            {"name": "warm", "warm_up": true, "duration": "500ms", "open": {"rate": {"from": 10, "to": 100}}},
            {"name": "open", "duration": "1s", "open": {"rate": 100, "arrivals": "constant"}, "thresholds": ["answered == 100"]},
            {"name": "closed", "duration": "200ms", "closed": {"in_flight": 2}}
          ],
          "thresholds": ["errors == 0", "refused == 0"]
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_run_starts_a_gateway_loads_it_from_two_processes_reports_and_leaves_nothing_behind()
    {
        await File.WriteAllTextAsync(_scratch["tiny.json"], Tiny);
        using var program = Start("run", _scratch["tiny.json"], "--embedded", "--processes", "2", "--json", _scratch["report.json"], "--html", _scratch["report.html"]);
        var said = await program.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync();
        program.ExitCode.ShouldBe(0, said);
        said.ShouldContain("(embedded)");
        said.ShouldContain("holds  open: answered == 100  (100)");

        var report = ReportJson.Read(_scratch["report.json"]);
        report.Parts.Select(part => part.Share).ShouldBe(["1/2", "2/2"]);
        report.Phases.Select(phase => phase.Name).ShouldBe(["warm", "open", "closed"]);
        (await File.ReadAllTextAsync(_scratch["report.html"])).ShouldContain("passed");
        Directory.GetDirectories(_scratch["tmp"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_is_killed_takes_its_gateway_its_processes_and_its_folder_with_it()
    {
        using var program = Start("simulate", "--embedded", "--processes", "2", "--rate", "50", "--seconds", "3600");
        // The first line of figures: everything runs.
        while (await program.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && !line.Contains("answered"))
        {
        }
        int[] children = [.. ChildrenOf(program.Id)];
        children.Length.ShouldBe(3);
        Directory.GetDirectories(_scratch["tmp"], "segmentofone-load-*").Length.ShouldBe(1);

        program.Kill();
        await Until(() => children.All(child => !Lives(child)));
        await Until(() => Directory.GetDirectories(_scratch["tmp"], "segmentofone-load-*").Length == 0);
    }

    /// <summary>The program as it is built, with a folder of its own for temporary files.</summary>
    private Process Start(params string[] args)
    {
        Directory.CreateDirectory(_scratch["tmp"]);
        return Process.Start(new ProcessStartInfo("dotnet", [typeof(LoadTestProgram).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            Environment = { ["TMPDIR"] = _scratch["tmp"] },
        })!;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        from folder in Directory.GetDirectories("/proc")
        let number = int.TryParse(Path.GetFileName(folder), out var process) ? process : 0
        where number > 0 && Stat(number) is { } stat && stat.Parent == parent
        select number;

    private static bool Lives(int process) => Stat(process) is { State: not 'Z' };

    /// <summary>proc(5): after the name in parentheses come the state and the parent.</summary>
    private static (char State, int Parent)? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (rest[0][0], int.Parse(rest[1]));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
