using System.Diagnostics;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>
/// Sends each call when it is due, whether or not those before were answered, and measures from when it was due: what a slow
/// service keeps waiting is counted (no coordinated omission), and so is what this program itself sends late. With
/// <see cref="ScenarioLimits.InFlight"/> calls outstanding the next ones wait, and their waiting counts; what isn't sent by the end of
/// the phase and one deadline more is not sent, and fails.
/// </summary>
internal static class OpenLoop
{
    /// <summary>Sends every call of the phase; those last sent may be under way when it returns.</summary>
    /// <param name="next">The next interaction, when so much of the phase has passed.</param>
    /// <param name="ct">Ends the sending early.</param>
    public static Task Run(
        Phase phase, Load.Open load, Share share, ulong seed, CallSender sender, PhaseTally tally, Func<TimeSpan, InteractRequest> next, CancellationToken ct) =>
        // A thread of its own, because it sleeps; the calls themselves run on the pool.
        Task.Factory.StartNew(
            () =>
            {
                using var dues = Dues(load, phase.Duration, share, Dice.For(seed, phase.Name, share.Index).Roll()).GetEnumerator();
                Pace(phase, dues, sender, tally, next, ct);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>When calls of this part are due, from the beginning of the phase, ascending, before its end. All parts' even gaps interleave evenly.</summary>
    internal static IEnumerable<TimeSpan> Dues(Load.Open load, TimeSpan duration, Share share, ulong seed)
    {
        // One arrival a second stands for one call of this part, and of all parts, one in each of theirs.
        var offset = load.Arrivals == ArrivalPattern.Constant ? share.Index : 0;
        return Arrivals.At(1, load.Arrivals, seed)
            .Select(arrival => load.Rate.Reached((arrival.TotalSeconds * share.Of + offset) / duration.TotalSeconds))
            .TakeWhile(passed => passed < 1)
            .Select(passed => duration * passed);
    }

    private static void Pace(
        Phase phase, IEnumerator<TimeSpan> dues, CallSender sender, PhaseTally tally, Func<TimeSpan, InteractRequest> next, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var latest = begun + Ticks(phase.Duration + phase.Deadline);
        while (dues.MoveNext())
        {
            var request = next(dues.Current);
            var dueAt = begun + Ticks(dues.Current);
            while (Stopwatch.GetTimestamp() is var now && (now < dueAt || tally.InFlight >= ScenarioLimits.InFlight))
            {
                if (ct.IsCancellationRequested)
                {
                    return;
                }
                if (now > latest)
                {
                    tally.Leave(1 + Rest(dues));
                    return;
                }
                FineSleep.Microseconds(100);
            }
            tally.Send();
            ThreadPool.UnsafeQueueUserWorkItem(
                static call =>
                {
                    call.tally.Late((long)Stopwatch.GetElapsedTime(call.dueAt).TotalNanoseconds);
                    _ = call.sender.Send(call.request, call.dueAt);
                },
                (sender, tally, request, dueAt), preferLocal: false);
        }
    }

    private static long Rest(IEnumerator<TimeSpan> dues)
    {
        long rest = 0;
        while (dues.MoveNext())
        {
            rest++;
        }
        return rest;
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
