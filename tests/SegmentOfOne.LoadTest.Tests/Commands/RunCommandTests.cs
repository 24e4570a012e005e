using System.Text.Json.Nodes;
using SegmentOfOne.Grpc;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Tests.Running;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private const string Tiny = """
        {
          "name": "tiny", "population": {"customers": 50, "seed": 4},
          "phases": [
            {"name": "warm", "warm_up": true, "duration": "100ms", "open": {"rate": 100, "arrivals": "constant"}},
            {"name": "open", "duration": "200ms", "open": {"rate": 100, "arrivals": "constant"}},
            {"name": "closed", "duration": "100ms", "closed": {"in_flight": 3, "think_time": "10ms"}}
          ]
        }
        """;

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_run_reports_what_it_measured_and_the_report_reads_back_the_same()
    {
        await using var service = await ScriptedService.Start();
        var run = await Run(service, Tiny, "--json", _scratch["report.json"], "--threshold", "open: answered == 20", "--threshold", "p99 < 1h");
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("holds  open: answered == 20  (20)");

        var report = ReportJson.Read(_scratch["report.json"]);
        report.Phases.Select(phase => (phase.Name, phase.WarmUp)).ShouldBe([("warm", true), ("open", false), ("closed", false)]);
        report.Phases.Take(2).Select(phase => phase.Figures.Counts.Answered).ShouldBe([10, 20]);
        report.Whole.Figures.Counts.Answered.ShouldBe(20 + report.Phases[2].Figures.Counts.Answered);
        report.Parts.Single().Cores.ShouldBe(Environment.ProcessorCount);
        ((ulong)report.Scenario["population"]!["seed"]!).ShouldBe(4ul);
        report.Verdicts.Count.ShouldBe(2);

        ReportJson.Write(report, _scratch["again.json"]);
        (await File.ReadAllTextAsync(_scratch["again.json"])).ShouldBe(await File.ReadAllTextAsync(_scratch["report.json"]));
    }

    [Fact]
    public async Task Exit_codes_say_whether_all_holds_something_doesnt_or_nothing_could_be_checked()
    {
        await using var service = await ScriptedService.Start();
        (await Run(service, Tiny)).ExitCode.ShouldBe(0);

        var failed = await Run(service, Tiny, "--threshold", "rate >= 1000000");
        failed.ExitCode.ShouldBe(1, failed.Output);
        failed.Output.ShouldContain("FAILS  rate >= 1000000");

        (await Run(service, Tiny, "--threshold", "sent < 1")).ExitCode.ShouldBe(1);
        var absent = await Run(new Uri("http://127.0.0.1:1"), Tiny);
        absent.ExitCode.ShouldBe(2, absent.Output);

        var mistaken = await Run(service, Tiny.Replace("\"rate\": 100", "\"rate\": \"quick\""));
        mistaken.ExitCode.ShouldBe(2, mistaken.Output);
        mistaken.Output.ShouldContain("$.phases[0].open.rate: A number stands here.");
        mistaken.Output.ShouldContain("$.phases[1].open.rate: A number stands here.");

        var threshold = await Run(service, Tiny, "--threshold", "p99 < 50");
        threshold.ExitCode.ShouldBe(2, threshold.Output);
        threshold.Output.ShouldContain("--threshold 'p99 < 50', character 9: A latency has a unit");
        (await Run(service, Tiny, "--json", _scratch["none/report.json"])).Output.ShouldContain("is no place for a file");
        (await Run(service, Tiny, "--compare", _scratch["scenario.json"])).Output.ShouldContain("is no report of a run");
        var phase = await Run(service, Tiny, "--threshold", "quiet: errors == 0");
        phase.ExitCode.ShouldBe(2, phase.Output);
        phase.Output.ShouldContain("there is no phase \"quiet\"");
    }

    [Fact]
    public async Task Without_thresholds_nothing_may_fail_and_nothing_be_refused()
    {
        await using var refusing = await ScriptedService.Start((_, call) =>
            new ValueTask<InteractReply>(call.Fail<InteractReply>(StatusCode.ResourceExhausted, "full", TimeSpan.FromSeconds(1))));
        var refused = await Run(refusing, Tiny, "--json", _scratch["report.json"]);
        refused.ExitCode.ShouldBe(1, refused.Output);
        refused.Output.ShouldContain("holds  errors == 0  (0)");
        refused.Output.ShouldContain("FAILS  refused == 0");
        refused.Output.ShouldContain("Refused callers were asked to stay away for 1,000 ms");
        (await Run(refusing, Tiny, "--threshold", "p99 < 1h")).Output.ShouldContain("FAILS  p99 < 1h  (nothing was answered)");

        await using var failing = await ScriptedService.Start((_, call) => new ValueTask<InteractReply>(call.Fail<InteractReply>(StatusCode.Unavailable, "gone")));
        var failed = await Run(failing, Tiny);
        failed.ExitCode.ShouldBe(1, failed.Output);
        failed.Output.ShouldContain("FAILS  errors == 0");
        failed.Output.ShouldContain(" UNAVAILABLE");
        (await Run(failing, Tiny, "--threshold", "errors <= 100%")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Scenarios_can_be_checked_and_begun_from()
    {
        var standard = await ProgramRun.Of("scenario", "default");
        (await Check(standard.Output)).ShouldBe(new ProgramRun(0, "OK\n"));
        var mistaken = await Check(standard.Output.Replace("\"steps\": 3", "\"steps\": 1").Replace("p99 < 1s", "p99 < 1"));
        mistaken.ExitCode.ShouldBe(1);
        mistaken.Output.ShouldBe("$.phases[2].open.rate.steps: A number here is from 2 to 1000.\n$.phases[2].thresholds[0]: At character 8: A latency has a unit: ns, us, ms, s, m, h.\n");
        ((string?)JsonNode.Parse((await ProgramRun.Of("scenario", "schema")).Output)!["title"]).ShouldBe("Scenario");
        (await ProgramRun.Of("scenario", "check", _scratch["none.json"])).ExitCode.ShouldBe(2);
    }

    private async Task<ProgramRun> Check(string text)
    {
        await File.WriteAllTextAsync(_scratch["checked.json"], text);
        return await ProgramRun.Of("scenario", "check", _scratch["checked.json"]);
    }

    private Task<ProgramRun> Run(ScriptedService service, string scenario, params string[] options) => Run(service.Address, scenario, options);

    private async Task<ProgramRun> Run(Uri address, string scenario, params string[] options)
    {
        await File.WriteAllTextAsync(_scratch["scenario.json"], scenario);
        return await ProgramRun.Of(["run", _scratch["scenario.json"], "--against", address.ToString(), .. options]);
    }
}
