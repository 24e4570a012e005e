using System.Collections.Immutable;
using SegmentOfOne.Domain.Location;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>When a place is open on some days of the week: from one minute after midnight to another, which may be on the next day.</summary>
/// <param name="Days">A bit a day, Sunday the lowest; the day on which the hours begin.</param>
public sealed record OpenHours(byte Days, int From, int To)
{
    public bool Contain(DayOfWeek day, int minuteOfDay) => From < To
        ? Has(day) && minuteOfDay >= From && minuteOfDay < To
        : (Has(day) && minuteOfDay >= From) || (Has((DayOfWeek)(((int)day + 6) % 7)) && minuteOfDay < To);

    private bool Has(DayOfWeek day) => (Days & (1 << (int)day)) != 0;
}

/// <summary>A place and the circle around it.</summary>
/// <param name="Radius">Meters.</param>
/// <param name="Sensitive">Whoever is there leaves no trace.</param>
/// <param name="Zone">Whose clock its hours are of.</param>
/// <param name="Open">Empty: always.</param>
/// <param name="InStock">Null: always.</param>
public sealed record FenceRule(
    string Id,
    Coordinates Center,
    double Radius,
    bool Sensitive,
    string Zone,
    ImmutableArray<OpenHours> Open,
    Expression? InStock);

/// <summary>Where customers may be, and what nearness is worth: 2^(−age/HalfLife)·e^(−d/d0), d0 being the distance on foot or by car.</summary>
/// <param name="Leave">A fence is left at so many radii.</param>
/// <param name="Dwell">How long a customer stays before a fence counts as entered.</param>
/// <param name="Cooldown">For how long after it was entered a fence isn't entered again.</param>
/// <param name="OnFoot">Meters; so is <paramref name="ByCar"/>.</param>
/// <param name="Fences">In ordinal order of id.</param>
public sealed record LocationRules(
    TimeSpan HalfLife,
    double Leave,
    TimeSpan Dwell,
    TimeSpan Cooldown,
    double OnFoot,
    double ByCar,
    ImmutableArray<FenceRule> Fences);

/// <summary>C = 1 + <paramref name="Weight"/>·relevance of the most relevant of these fences, places in <see cref="LocationRules.Fences"/>.</summary>
public sealed record LocationWeight(double Weight, ImmutableArray<int> Fences);
