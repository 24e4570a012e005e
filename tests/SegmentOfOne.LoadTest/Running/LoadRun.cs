using System.Diagnostics;
using SegmentOfOne.LoadTest.Calls;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>What came of a scenario, or of one process's share of it.</summary>
/// <param name="Stopped">Whether it was stopped before its end.</param>
public sealed record RunResult(IReadOnlyList<PhaseResult> Phases, Timeline Timeline, bool Stopped);

/// <summary>Runs a scenario, or a share of it, in this process.</summary>
public static class LoadRun
{
    /// <summary>How often it tells what it does.</summary>
    internal static readonly TimeSpan TickTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs one phase after the other; each has ended when all of its calls have.</summary>
    /// <param name="connections">That answer.</param>
    /// <param name="tick">Told some times a second, and at the end of every phase; over a phase the ticks add up to it.</param>
    /// <param name="ct">Stops the sending; what is under way is waited for.</param>
    public static async Task<RunResult> Run(
        Scenario scenario, Share share, IReadOnlyList<ExperienceClient> connections, Action<Tick> tick, CancellationToken ct)
    {
        var source = new RequestSource(scenario, share, DateTimeOffset.UtcNow);
        var timeline = new Timeline();
        var runBegan = Stopwatch.GetTimestamp();
        List<PhaseResult> results = [];
        var planned = TimeSpan.Zero;
        foreach (var phase in scenario.Phases)
        {
            var tally = new PhaseTally(timeline, runBegan, (phase.Load as Load.Closed)?.ExpectedInterval);
            var began = Stopwatch.GetElapsedTime(runBegan);
            var running = RunPhase(phase, planned);
            while (await Task.WhenAny(running, Task.Delay(TickTime, CancellationToken.None)) != running)
            {
                Tell();
            }
            await running;
            Tell();
            results.Add(new PhaseResult(phase.Name, phase.WarmUp, began.TotalSeconds, Stopwatch.GetElapsedTime(runBegan).TotalSeconds, tally.Figures));
            if (ct.IsCancellationRequested)
            {
                break;
            }
            planned += phase.Duration;

            void Tell() => tick(tally.Lately(results.Count));

            async Task RunPhase(Phase phase, TimeSpan before)
            {
                var sender = new CallSender(connections, phase, tally);
                var begun = Stopwatch.GetTimestamp();
                await (phase.Load switch
                {
                    Load.Open open => OpenLoop.Run(phase, open, share, scenario.Population.Seed, sender, tally, passed => source.Next(before + passed), ct),
                    Load.Closed closed => ClosedLoop.Run(phase, closed, share, sender, tally, passed => source.Next(before + passed), ct),
                    _ => throw new UnreachableException($"{phase.Load}"),
                });
                // The last call may be due long before the end, and a small share may have none.
                var rest = phase.Duration - Stopwatch.GetElapsedTime(begun);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                while (tally.InFlight > 0)
                {
                    // At most as long as the deadline that every call has.
                    await Task.Delay(5, CancellationToken.None);
                }
            }
        }
        return new RunResult(results, timeline, ct.IsCancellationRequested);
    }
}
