using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Clocks;

/// <summary>
/// Looks for the first time after another at which something changes for a customer to whom nothing happens. What is known so far is
/// <see cref="To"/>: nothing changes before; each thing watched may bring it nearer. Reasoning over whole stretches of time, it looks at few moments;
/// values may change many times, or by rounding only, without being missed.
/// </summary>
/// <param name="to">Up to when to look.</param>
/// <param name="certain">Something is due at that time.</param>
/// <param name="exact">Look for the very millisecond; else where that takes long, a time before which nothing changes is enough.</param>
internal ref struct Lookout(CustomerState state, EngagementRules rules, Instant from, Instant to, bool certain, bool exact)
{
    /// <summary>Beyond is never.</summary>
    public static readonly TimeSpan Ever = TimeSpan.FromDays(365 * 1000);

    /// <summary>Milliseconds; within the shortest the very millisecond is looked for, which costs less than to be asked again a few times.</summary>
    private static readonly long[] Horizons = [30 * Day, 7 * Day, Day, 4 * Hour];

    /// <summary>How many stretches of one condition are looked at to find a change. Few need more than 60; of those that do, such as a comparison
    /// of numbers that differ by rounding alone, what is changed at the end counts, and not how often between.</summary>
    private const int MostStretches = 1_000;

    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    /// <summary>Nothing changes after <c>from</c> and before this.</summary>
    public Instant To { get; private set; } = to;

    /// <summary>Something is due at <see cref="To"/>.</summary>
    public bool IsCertain { get; private set; } = certain;

    /// <summary>Brings the time nearer at which something is due.</summary>
    public void Expect(Instant? due)
    {
        if (due is { } time && time <= To)
        {
            (To, IsCertain) = (Instant.Later(time, from), true);
        }
    }

    /// <summary>Watches something from a time on.</summary>
    /// <param name="acting">What it has to become for something to be due; another change is only a time to look again.</param>
    /// <returns>Whether it is so already at the beginning.</returns>
    public bool Watch<T>(in T watched, bool acting, Instant start)
        where T : struct, IWatched
    {
        var holds = watched.Over(new Stretch(state, rules, start, To));
        if (holds != Truths.Either)
        {
            return holds == TruthsOf.Value(acting);
        }

        var first = watched.Holds(state, rules, start);
        while (!exact && Nearer(start))
        {
            if (watched.Over(new Stretch(state, rules, start, To)) != Truths.Either)
            {
                return first == acting;
            }
        }

        if (FirstChange(watched, first, start) is { } change && (change < To || !IsCertain))
        {
            (To, IsCertain) = (change, first != acting);
        }

        return first == acting;
    }

    /// <summary>Brings the time nearer by one horizon; false when it is the nearest already.</summary>
    private bool Nearer(Instant start)
    {
        var length = To.UnixMilliseconds - start.UnixMilliseconds;
        foreach (var horizon in Horizons)
        {
            if (horizon < length)
            {
                (To, IsCertain) = (new Instant(start.UnixMilliseconds + horizon), false);
                return true;
            }
        }

        return false;
    }

    /// <summary>The first moment up to <see cref="To"/> at which it isn't as at the beginning: a stretch over which it surely stays doubles, another halves.</summary>
    private readonly Instant? FirstChange<T>(in T watched, bool first, Instant start)
        where T : struct, IWatched
    {
        var (sure, to) = (start.UnixMilliseconds, To.UnixMilliseconds);
        var length = to - sure;
        for (var stretches = 0; sure < to && stretches < MostStretches; stretches++)
        {
            var end = Math.Min(sure + length, to);
            if (watched.Over(new Stretch(state, rules, new Instant(sure), new Instant(end))) == TruthsOf.Value(first))
            {
                sure = end;
                length *= 2;
            }
            else if (end - sure > 1)
            {
                length = (end - sure) / 2;
            }
            else if (watched.Holds(state, rules, new Instant(end)) != first)
            {
                return new Instant(end);
            }
            else
            {
                sure = end;
            }
        }

        if (sure >= to || watched.Holds(state, rules, To) == first)
        {
            return null;
        }

        var changed = to;
        while (changed - sure > 1)
        {
            var middle = sure + ((changed - sure) / 2);
            (sure, changed) = watched.Holds(state, rules, new Instant(middle)) == first ? (middle, changed) : (sure, middle);
        }

        return new Instant(changed);
    }
}
