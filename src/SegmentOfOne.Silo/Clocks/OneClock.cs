using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Clocks;

/// <summary>A cluster whose homes are all in one process, where one clock can be moved for all of them.</summary>
internal static class OneClock
{
    /// <summary>Carries out everything that is due by now, and says how many turns that took.</summary>
    /// <param name="homes">Those of all silos.</param>
    public static async Task<long> WakeDue(IReadOnlyCollection<CustomerHome> homes, CancellationToken ct)
    {
        var before = homes.Sum(home => home.ClockTurns);
        await Task.WhenAll(homes.Select(home => home.WakeDue(ct))).ConfigureAwait(false);
        return homes.Sum(home => home.ClockTurns) - before;
    }
}
