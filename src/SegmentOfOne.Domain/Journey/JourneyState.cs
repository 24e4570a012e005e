using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Journey;

/// <summary>The slice of a customer that says where the relationship stands and how it came there.</summary>
public sealed class JourneyState
{
    internal const int Stages = 12;

    private readonly long[] dwelt = new long[Stages];
    private readonly int[] entered = new int[Stages];
    private readonly List<int> activeDays = [];

    public Stage Stage { get; internal set; }

    /// <summary>Since when it is the stage.</summary>
    public Instant Since { get; internal set; }

    /// <summary>When the customer was met: the lifetime's beginning.</summary>
    public Instant Began { get; internal set; }

    /// <summary>How often the customer came back from Lapsed.</summary>
    public int Reentries { get; internal set; }

    public bool AtRisk { get; internal set; }

    public bool InRecovery { get; internal set; }

    /// <summary>UTC days with an interaction, the latest <see cref="Limits.ActiveDays"/>, in order.</summary>
    public ReadOnlySpan<int> ActiveDays => CollectionsMarshal.AsSpan(activeDays);

    /// <summary>The median of the days between neighbouring active days (the mean of the middle two of an even number);
    /// null with fewer than two active days.</summary>
    public TimeSpan? MedianGap
    {
        get
        {
            var gaps = activeDays.Count - 1;
            if (gaps < 1)
            {
                return null;
            }

            Span<int> days = stackalloc int[gaps];
            for (var i = 0; i < gaps; i++)
            {
                days[i] = activeDays[i + 1] - activeDays[i];
            }

            days.Sort();
            return TimeSpan.FromDays((days[(gaps - 1) / 2] + days[gaps / 2]) / 2.0);
        }
    }

    /// <summary>Active days after the day of a time.</summary>
    public int ActiveDaysAfter(Instant since)
    {
        var count = 0;
        foreach (var day in activeDays)
        {
            count += since == Instant.Min || day > since.UtcDay ? 1 : 0;
        }

        return count;
    }

    /// <summary>How often the stage was entered; being met enters Unknown.</summary>
    public int Entered(Stage stage) => entered[(int)stage];

    /// <summary>How long the customer has been at a stage up to a time, all visits together. Over all stages this is the lifetime.</summary>
    public TimeSpan Dwell(Stage stage, Instant at)
    {
        var now = stage == Stage && at > Since && entered[(int)stage] > 0 ? at - Since : TimeSpan.Zero;
        return TimeSpan.FromMilliseconds(dwelt[(int)stage]) + now;
    }

    internal void Meet(Instant at)
    {
        Began = Since = at;
        entered[(int)Stage.Unknown] = 1;
    }

    internal void Move(StageChanged change)
    {
        dwelt[(int)Stage] += change.At.UnixMilliseconds - Since.UnixMilliseconds;
        if (Stage == Stage.Lapsed)
        {
            Reentries++;
        }

        Stage = change.To;
        Since = change.At;
        entered[(int)Stage]++;
    }

    internal void Lay(OverlayChanged change)
    {
        if (change.Overlay == Overlay.AtRisk)
        {
            AtRisk = change.On;
        }
        else
        {
            InRecovery = change.On;
        }
    }

    internal void BeActive(int day)
    {
        var place = activeDays.BinarySearch(day);
        if (place >= 0)
        {
            return;
        }

        place = ~place;
        if (activeDays.Count == Limits.ActiveDays)
        {
            if (place == 0)
            {
                return;
            }

            activeDays.RemoveAt(0);
            place--;
        }

        activeDays.Insert(place, day);
    }

    /// <summary>Adds the past of another customer. The lifetime begins with the one met first: how long it was known before the other counts as
    /// time at the first stage, so that the times at all stages remain the lifetime.</summary>
    internal void Absorb(JourneyState other)
    {
        if (other.entered[(int)Stage.Unknown] > 0 && other.Began < Began)
        {
            dwelt[(int)Stage.Unknown] += Began.UnixMilliseconds - other.Began.UnixMilliseconds;
            Began = other.Began;
        }

        AtRisk |= other.AtRisk;
        InRecovery |= other.InRecovery;
        foreach (var day in other.activeDays)
        {
            BeActive(day);
        }
    }

    /// <summary>Leaves only where it stands.</summary>
    internal void ForgetDays() => activeDays.Clear();

    internal void Restore(Stage stage, long milliseconds, int times) =>
        (dwelt[(int)stage], entered[(int)stage]) = (milliseconds, times);

    /// <summary>How long past visits to a stage took, in milliseconds.</summary>
    internal long Dwelt(Stage stage) => dwelt[(int)stage];

    internal void AddActiveDay(int day) => activeDays.Add(day);

    internal void Clear()
    {
        (Stage, Since, Began, Reentries, AtRisk, InRecovery) = (Stage.Unknown, default, default, 0, false, false);
        Array.Clear(dwelt);
        Array.Clear(entered);
        activeDays.Clear();
    }
}
