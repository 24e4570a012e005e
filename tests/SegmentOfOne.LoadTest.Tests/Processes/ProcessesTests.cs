using System.Collections.Concurrent;
using SegmentOfOne.LoadTest.Processes;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Tests.Running;
using SegmentOfOne.LoadTest.Thresholds;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Processes;

public sealed class ProcessesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task The_report_of_several_processes_is_the_sum_of_their_shares()
    {
        var seen = new ConcurrentBag<InteractRequest>();
        await using var service = await ScriptedService.Start((request, _) =>
        {
            seen.Add(request);
            return new ValueTask<InteractReply>(new InteractReply());
        });
        var scenario = ScenarioOf(TimeSpan.FromSeconds(1));
        using var processes = await WorkerProcesses.Start(scenario, Share.Whole, 2, service.Address, null, default);
        var ticks = new ConcurrentBag<(int Process, Tick Tick)>();
        var (results, faults) = await processes.Run((process, tick) => ticks.Add((process, tick)), default);

        faults.ShouldBeEmpty();
        results.Select(result => result.Part.Share).ShouldBe(["1/2", "2/2"]);
        results.Select(result => result.Run.Phases.Single().Figures.Counts.Answered).ShouldBe([100, 100]);
        seen.Count.ShouldBe(200);
        foreach (var process in new[] { 0, 1 })
        {
            ticks.Where(tick => tick.Process == process).Sum(tick => tick.Tick.Counts.Answered).ShouldBe(100);
        }
        // Customers belong to one process each: those with even numbers to the first.
        seen.Select(request => int.Parse(request.Customer.Value.Split('-')[^1]) % 2).Distinct().Order().ShouldBe([0, 1]);
        seen.Select(request => request.InteractionId).Distinct().Count().ShouldBeGreaterThan(190);
    }

    [Fact]
    public async Task Shares_of_several_machines_become_one_report_that_is_held_to_the_thresholds()
    {
        await using var service = await ScriptedService.Start();
        string[] load = ["simulate", "--customers", "50", "--rate", "100", "--seconds", "1", "--arrivals", "constant", "--seed", "3", "--against", service.Address.ToString()];
        (await ProgramRun.Of([.. load, "--json", _scratch["whole.json"]])).ExitCode.ShouldBe(0);
        var first = await ProgramRun.Of([.. load, "--share", "1/3", "--json", _scratch["1.json"]]);
        first.ExitCode.ShouldBe(0, first.Output);
        first.Output.ShouldContain("This is share 1/3: 'report merge' makes one report");
        (await ProgramRun.Of([.. load, "--share", "2/3", "--json", _scratch["2.json"]])).ExitCode.ShouldBe(0);
        (await ProgramRun.Of([.. load, "--share", "3/3", "--json", _scratch["3.json"]])).ExitCode.ShouldBe(0);

        var merged = await ProgramRun.Of("report", "merge", _scratch["1.json"], _scratch["2.json"], _scratch["3.json"], "--json", _scratch["all.json"], "--html", _scratch["all.html"], "--threshold", "answered == 100");
        merged.ExitCode.ShouldBe(0, merged.Output);
        merged.Output.ShouldContain("holds  answered == 100  (100)");
        var (whole, all) = (ReportJson.Read(_scratch["whole.json"]), ReportJson.Read(_scratch["all.json"]));
        all.Whole.Figures.Counts.Sent.ShouldBe(whole.Whole.Figures.Counts.Sent);
        var latency = new LoadTest.Measure.LatencyHistogram();
        foreach (var part in new[] { "1.json", "2.json", "3.json" })
        {
            latency.Add(ReportJson.Read(_scratch[part]).Whole.Figures.Counts.Latency);
        }
        all.Whole.Figures.Counts.Latency.Buckets.ShouldBe(latency.Buckets);
        (await File.ReadAllTextAsync(_scratch["all.html"])).ShouldContain("<td>3/3</td>");

        var missing = await ProgramRun.Of("report", "merge", _scratch["1.json"], _scratch["3.json"]);
        missing.ExitCode.ShouldBe(1, missing.Output);
        missing.Output.ShouldContain("Share 2/3 is missing.");
        (await ProgramRun.Of("report", "merge", _scratch["1.json"], _scratch["1.json"])).ExitCode.ShouldBe(2);
        (await ProgramRun.Of("report", "merge", _scratch["all.html"])).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_process_that_dies_is_told_and_the_others_go_on()
    {
        await using var service = await ScriptedService.Start();
        using var processes = await WorkerProcesses.Start(ScenarioOf(TimeSpan.FromSeconds(5)), Share.Whole, 2, service.Address, null, default);
        var (victim, isKilled) = (processes.Ids.First(), false);
        var (results, faults) = await processes.Run(
            (process, tick) =>
            {
                // Once: what it has said already is still told afterwards.
                if (process == 0 && tick.Counts.Answered > 0 && !isKilled)
                {
                    isKilled = true;
                    using var killed = System.Diagnostics.Process.GetProcessById(victim);
                    killed.Kill();
                }
            },
            default);
        faults.ShouldBe(["Process 1 of 2 died with exit code 137; what it measured is lost."]);
        results.Single().Part.Share.ShouldBe("2/2");
        results.Single().Run.Phases.Single().Figures.Counts.Answered.ShouldBe(500);
    }

    [Fact]
    public async Task Processes_stop_when_they_are_told_and_tell_what_they_have()
    {
        await using var service = await ScriptedService.Start();
        using var processes = await WorkerProcesses.Start(ScenarioOf(TimeSpan.FromHours(1)), Share.Whole, 2, service.Address, null, default);
        using var stop = new CancellationTokenSource();
        var (results, faults) = await processes.Run((_, tick) => stop.Cancel(), stop.Token).WaitAsync(Patience);
        faults.ShouldBeEmpty();
        results.Count.ShouldBe(2);
        results.ShouldAllBe(result => result.Run.Stopped);
    }

    [Fact]
    public async Task Where_nothing_listens_it_is_told_once_and_nothing_was_measured()
    {
        var run = await ProgramRun.Of("simulate", "--processes", "2", "--against", "http://127.0.0.1:1");
        run.ExitCode.ShouldBe(2, run.Output);
        run.Output.ShouldContain("Nothing answers gRPC at http://127.0.0.1:1/");
    }

    [Theory]
    [InlineData("--processes", "0")]
    [InlineData("--processes", "65")]
    [InlineData("--share", "0/2")]
    [InlineData("--share", "3/2")]
    [InlineData("--share", "half")]
    [InlineData("--embedded", "--share", "1/2")]
    [InlineData("--embedded", "--against", "http://127.0.0.1:1")]
    public async Task Divisions_that_make_no_sense_are_told(params string[] options)
    {
        var run = await ProgramRun.Of(["simulate", .. options]);
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldEndWith("See --help.\n");
    }

    [Theory]
    [InlineData("can't be shared by 4 processes", "--customers", "3", "--processes", "4")]
    [InlineData("--share needs a --seed", "--share", "1/2")]
    public async Task Divisions_that_cannot_be_are_told_before_anything_is_sent(string told, params string[] options)
    {
        var run = await ProgramRun.Of(["simulate", .. options]);
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldContain(told);
    }

    private static Scenario ScenarioOf(TimeSpan duration) => new(
        "test", "", new InventedCustomers(100, 9, 7, 0.5, ShopperMix.Usual), 1,
        [new Phase("steady", new Load.Open(Ramp.Level(200), ArrivalPattern.Constant), duration, WarmUp: false, Patience, null, [])], [Threshold.Parse("errors == 0")]);
}
