namespace SegmentOfOne.Engine.Outbox;

/// <summary>How long to wait before something is tried again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The wait of a message after so many failures, from 1: doubled each time, and any part of that, so that messages that failed together
    /// don't come again together.</summary>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan AfterFailures(int failures, double chance) => Doubled(First, Longest, failures - 1) * chance;

    /// <summary>A pause of a receiver, the <paramref name="earlier"/>th after the first: doubled each time, and at least half of that.</summary>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Pause(TimeSpan first, TimeSpan longest, int earlier, double chance) => Doubled(first, longest, earlier) * ((1 + chance) / 2);

    private static TimeSpan Doubled(TimeSpan first, TimeSpan longest, int times)
    {
        var wait = first;
        for (; times > 0 && wait < longest; times--)
        {
            wait *= 2;
        }

        return wait < longest ? wait : longest;
    }
}
