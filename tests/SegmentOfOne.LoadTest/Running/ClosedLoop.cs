using System.Diagnostics;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>
/// So many callers, each of whom calls again when it is answered. It measures from the call: a slow service keeps callers from
/// asking, and what they would have asked is not measured (coordinated omission), but for the corrected latencies where asked for.
/// </summary>
internal static class ClosedLoop
{
    /// <summary>How often callers who are not wanted now look whether they are.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the phase until its end; returns when every caller was answered.</summary>
    /// <param name="next">The next interaction, when so much of the phase has passed.</param>
    /// <param name="ct">Ends the calling early.</param>
    public static Task Run(
        Phase phase, Load.Closed load, Share share, CallSender sender, PhaseTally tally, Func<TimeSpan, InteractRequest> next, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, share.Part((int)load.InFlight.Most)).Select(caller => Task.Run(() => Call(caller), CancellationToken.None)));

        async ValueTask Think(TimeSpan time)
        {
            if (time > TimeSpan.Zero)
            {
                await Task.Delay(time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        async Task Call(int caller)
        {
            while (Stopwatch.GetElapsedTime(begun) is var passed && passed < phase.Duration && !ct.IsCancellationRequested)
            {
                if (caller >= Wanted(load, share, passed / phase.Duration))
                {
                    await Task.Delay(Look, CancellationToken.None);
                    continue;
                }
                tally.Send();
                await sender.Send(next(passed), Stopwatch.GetTimestamp());
                var rest = phase.Duration - Stopwatch.GetElapsedTime(begun);
                if (load.ThinkTime >= rest)
                {
                    // It asks no more, and the phase takes as long as it says; a timer may be a moment early, so that is not left to the clock.
                    await Think(rest);
                    return;
                }
                await Think(load.ThinkTime);
            }
        }
    }

    /// <summary>How many callers this part has when a share of the phase has passed.</summary>
    internal static int Wanted(Load.Closed load, Share share, double passed) => share.Part((int)Math.Round(load.InFlight.At(passed)));
}
