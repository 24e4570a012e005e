using System.Collections.Concurrent;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Server;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Running;

public sealed class LoadRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly Load Steady = new Load.Open(Ramp.Level(100), ArrivalPattern.Constant);

    [Fact]
    public async Task An_open_loop_goes_on_while_the_service_stalls_and_measures_the_waiting()
    {
        // Nobody is answered before the last of 50 calls, due after 490 ms, is there.
        var (came, all) = (0, new TaskCompletionSource());
        await using var service = await ScriptedService.Start(async (_, _) =>
        {
            if (Interlocked.Increment(ref came) == 50)
            {
                all.SetResult();
            }
            await all.Task.WaitAsync(Patience);
            return new InteractReply();
        });

        var (result, _) = await Run(service, PhaseOf(Steady, TimeSpan.FromMilliseconds(500)));
        var figures = result.Phases.Single().Figures;
        (figures.Counts.Sent, figures.Counts.Answered, figures.Counts.MostInFlight).ShouldBe((50, 50, 50));
        // The n-th call has waited for all that were due after it.
        figures.Counts.Latency.MaxNanoseconds.ShouldBeGreaterThanOrEqualTo(490_000_000);
        figures.Counts.Latency.MeanNanoseconds.ShouldBeGreaterThanOrEqualTo(245_000_000);
        figures.Lateness.Count.ShouldBe(50);
        result.Timeline.Stretches.Max(stretch => stretch.MostInFlight).ShouldBe(50);
    }

    [Fact]
    public async Task A_closed_loop_keeps_exactly_as_many_calls_in_flight_as_it_has_callers()
    {
        var (here, most, all) = (0, 0, new TaskCompletionSource());
        await using var service = await ScriptedService.Start(async (_, _) =>
        {
            var now = Interlocked.Increment(ref here);
            InterlockedMax(ref most, now);
            if (now == 7)
            {
                all.TrySetResult();
            }
            await all.Task.WaitAsync(Patience);
            Interlocked.Decrement(ref here);
            return new InteractReply();
        });

        var (result, _) = await Run(service, PhaseOf(new Load.Closed(Ramp.Level(7), TimeSpan.Zero, null), TimeSpan.FromSeconds(2)));
        var counts = result.Phases.Single().Figures.Counts;
        most.ShouldBe(7);
        counts.MostInFlight.ShouldBe(7);
        counts.Answered.ShouldBeGreaterThanOrEqualTo(7);
        (counts.Sent - counts.Answered, counts.Failed).ShouldBe((0, 0));
        result.Phases.Single().Figures.Corrected.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_loop_corrects_latencies_where_it_is_told_how_often_callers_would_have_called()
    {
        await using var service = await ScriptedService.Start(async (_, _) =>
        {
            await Task.Delay(50);
            return new InteractReply();
        });
        var (result, _) = await Run(service, PhaseOf(new Load.Closed(Ramp.Level(1), TimeSpan.Zero, TimeSpan.FromMilliseconds(10)), TimeSpan.FromMilliseconds(200)));
        var figures = result.Phases.Single().Figures;
        // Each call of 49 ms and more (the clocks of timer and test differ) stands for itself and at least three that would have begun meanwhile.
        figures.Corrected.Count.ShouldBeGreaterThanOrEqualTo(4 * figures.Counts.Answered);
        figures.Corrected.MaxNanoseconds.ShouldBe(figures.Counts.Latency.MaxNanoseconds);
        figures.Corrected.MinNanoseconds.ShouldBeLessThan(20_000_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_with_pushback_is_no_error_and_is_repeated_where_the_phase_says_so(bool retries)
    {
        var seen = new ConcurrentDictionary<InteractRequest, bool>();
        await using var service = await ScriptedService.Start((request, call) => new ValueTask<InteractReply>(
            seen.TryAdd(request, true) ? call.Fail<InteractReply>(StatusCode.ResourceExhausted, "full", TimeSpan.FromMilliseconds(40)) : new InteractReply()));
        var phase = PhaseOf(Steady, TimeSpan.FromMilliseconds(200)) with { Retry = retries ? new RetryRule(2) : null };

        var (result, _) = await Run(service, phase);
        var figures = result.Phases.Single().Figures;
        figures.Counts.Failed.ShouldBe(0);
        figures.Refusals["RESOURCE_EXHAUSTED"].ShouldBe(seen.Count);
        figures.Pushback.Percentile(1).ShouldBe(40_000_000);
        figures.Counts.Retries.ShouldBe(retries ? seen.Count : 0);
        (figures.Counts.Answered + figures.Counts.Refused).ShouldBe(20);
        if (retries)
        {
            figures.Counts.Refused.ShouldBe(0);
            // Of the whole: the refusal and the staying away are in it. What came twice word for word was refused once, so not all of them.
            figures.Counts.Latency.MaxNanoseconds.ShouldBeGreaterThanOrEqualTo(40_000_000);
        }
        else
        {
            figures.Counts.Refused.ShouldBe(seen.Count);
        }
    }

    [Fact]
    public async Task What_fails_is_told_by_its_code_and_isnt_among_the_latencies()
    {
        var calls = 0;
        await using var service = await ScriptedService.Start((_, call) => new ValueTask<InteractReply>((Interlocked.Increment(ref calls) % 4) switch
        {
            0 => call.Fail<InteractReply>(StatusCode.ResourceExhausted, "too long, whenever it comes"),
            1 => call.Fail<InteractReply>(StatusCode.Unavailable, "gone"),
            2 => throw new GrpcException(StatusCode.InvalidArgument, "no", new GrpcMetadata().Add("segmentofone-error", "unknown_kind")),
            _ => new InteractReply { Duplicate = true },
        }));
        var (result, _) = await Run(service, PhaseOf(Steady, TimeSpan.FromMilliseconds(400)));
        var figures = result.Phases.Single().Figures;
        figures.Errors.ShouldBe(new Dictionary<string, long> { ["INVALID_ARGUMENT unknown_kind"] = 10, ["RESOURCE_EXHAUSTED"] = 10, ["UNAVAILABLE"] = 10 }, ignoreOrder: true);
        (figures.Counts.Failed, figures.Counts.Refused, figures.Counts.Latency.Count, figures.KnownAlready).ShouldBe((30, 0, 10, 10));
    }

    [Fact]
    public async Task Ticks_and_timeline_add_up_to_the_phases_and_phases_follow_each_other()
    {
        await using var service = await ScriptedService.Start();
        var (result, ticks) = await Run(
            service, PhaseOf(Steady, TimeSpan.FromMilliseconds(700)), PhaseOf(new Load.Closed(Ramp.Level(2), TimeSpan.FromMilliseconds(5), null), TimeSpan.FromMilliseconds(300)) with { Name = "second" });
        foreach (var (phase, index) in result.Phases.Select((phase, index) => (phase, index)))
        {
            ticks.Where(tick => tick.Phase == index).Sum(tick => tick.Counts.Answered).ShouldBe(phase.Figures.Counts.Answered);
        }
        result.Timeline.Stretches.Sum(stretch => stretch.Answered).ShouldBe(result.Phases.Sum(phase => phase.Figures.Counts.Answered));
        result.Timeline.Stretches.Sum(stretch => stretch.Latency.Count).ShouldBe(result.Phases.Sum(phase => phase.Figures.Counts.Latency.Count));
        result.Phases.Select(phase => phase.Name).ShouldBe(["first", "second"]);
        result.Phases[1].BeganSeconds.ShouldBeGreaterThanOrEqualTo(result.Phases[0].EndedSeconds);
        result.Stopped.ShouldBeFalse();
    }

    [Fact]
    public async Task More_than_can_be_sent_ends_with_the_phase_and_what_was_not_sent_is_told()
    {
        await using var service = await ScriptedService.Start();
        var phase = PhaseOf(new Load.Open(Ramp.Level(1_000_000), ArrivalPattern.Constant), TimeSpan.FromMilliseconds(100)) with { Deadline = TimeSpan.FromMilliseconds(100) };
        var (result, _) = await Run(service, phase);
        var figures = result.Phases.Single().Figures;
        figures.Due.ShouldBe(100_000);
        figures.Counts.Sent.ShouldBeLessThan(100_000);
        figures.Counts.MostInFlight.ShouldBeLessThanOrEqualTo(ScenarioLimits.InFlight);
        (figures.Counts.Answered + figures.Counts.Refused + figures.Counts.Failed).ShouldBe(100_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phase_takes_as_long_as_it_says_also_where_nothing_is_due_at_its_end(bool open)
    {
        await using var service = await ScriptedService.Start();
        Load load = open ? new Load.Open(Ramp.Level(2), ArrivalPattern.Constant) : new Load.Closed(Ramp.Level(1), TimeSpan.FromHours(1), null);
        var (result, _) = await Run(service, PhaseOf(load, TimeSpan.FromMilliseconds(500))).WaitAsync(Patience);
        result.Phases.Single().Figures.Counts.Answered.ShouldBe(1);
        result.Phases.Single().Seconds.ShouldBeGreaterThan(0.45);
    }

    [Fact]
    public async Task The_timeline_knows_what_is_in_flight_also_while_nothing_is_sent_and_nothing_ends()
    {
        await using var service = await ScriptedService.Start(async (_, _) =>
        {
            await Task.Delay(2_500);
            return new InteractReply();
        });
        var (result, _) = await Run(service, PhaseOf(Steady, TimeSpan.FromMilliseconds(30)));
        result.Timeline.Stretches[1].Sent.ShouldBe(0);
        result.Timeline.Stretches[1].MostInFlight.ShouldBe(3);
    }

    [Fact]
    public async Task A_stopped_run_tells_what_it_has()
    {
        using var stop = new CancellationTokenSource();
        var answered = 0;
        await using var service = await ScriptedService.Start((_, _) =>
        {
            if (Interlocked.Increment(ref answered) == 20)
            {
                stop.Cancel();
            }
            return new ValueTask<InteractReply>(new InteractReply());
        });
        using var connection = new ExperienceClient(service.Address);
        var result = await LoadRun.Run(ScenarioOf(PhaseOf(Steady, TimeSpan.FromHours(1))), Share.Whole, [connection], _ => { }, stop.Token);
        result.Stopped.ShouldBeTrue();
        var counts = result.Phases.Single().Figures.Counts;
        counts.Answered.ShouldBeGreaterThanOrEqualTo(20);
        counts.Answered.ShouldBe(counts.Sent);
    }

    private static async Task<(RunResult Result, List<Tick> Ticks)> Run(ScriptedService service, params Phase[] phases)
    {
        using var connection = new ExperienceClient(service.Address);
        await connection.Greet(default);
        List<Tick> ticks = [];
        return (await LoadRun.Run(ScenarioOf(phases), Share.Whole, [connection], ticks.Add, default), ticks);
    }

    private static Scenario ScenarioOf(params Phase[] phases) =>
        new("test", "", new InventedCustomers(100, 9, 7, 0.5, ShopperMix.Usual), 1, phases, []);

    private static Phase PhaseOf(Load load, TimeSpan duration) => new("first", load, duration, WarmUp: false, Deadline: Patience, Retry: null, []);

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }
            seen = before;
        }
    }
}
