using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Location;

/// <summary>What a turn learns of where the customer is. The exact place is used in this turn, for the fences, and then no more.</summary>
internal static class LocationTurn
{
    /// <summary>The request without the exact place: nothing after this sees it, and no fact has it.</summary>
    public static TurnRequest WithoutPlace(TurnRequest request, InteractionRule? rule) => rule?.Location is { } names
        && (request.Properties.IndexOf(names.Latitude) >= 0 || request.Properties.IndexOf(names.Longitude) >= 0)
        ? request with { Properties = request.Properties.Without(names.Latitude, names.Longitude) }
        : request;

    /// <summary>Lets go of where the customer was when that is too old.</summary>
    public static void Forget(in Draft draft, Instant now)
    {
        if (draft.State.Location is { At: not null } location && !location.IsKnown(now))
        {
            draft.Emit(new LocationForgotten());
        }
    }

    /// <summary>Only with consent; only when it is newer than what is known, and not too old itself; and never in a sensitive place.</summary>
    /// <param name="given">The request with the exact place.</param>
    /// <param name="told">The stored turn that is decided again, which knows no exact place but what followed from it.</param>
    public static void Observe(
        in Draft draft, TurnRequest given, InteractionRule? rule, LocationRules rules, Instant at, Instant now, Turn? told)
    {
        if (told is not null)
        {
            Repeat(draft, told);
            return;
        }

        var state = draft.State;
        if (rule?.Location is not { } names || rule.Consent is not null || !state.Consent.Location.IsGranted
            || !TryPlace(given.Properties, names, out var exact)
            || at + Limits.LocationKept <= now || state.Location.At >= at)
        {
            return;
        }

        foreach (var fence in rules.Fences)
        {
            if (fence.Sensitive && exact.MetersTo(fence.Center) <= fence.Radius * rules.Leave)
            {
                return;
            }
        }

        var driving = names.Travel is not null && given.Properties.TryGet(names.Travel, out var travel) && travel.Text == "car";
        draft.Emit(new LocationNoted(exact.Coarse(), driving, at));
        if (names.Accuracy is not null && given.Properties.TryGet(names.Accuracy, out var sure) && PropertyReading.TryNumber(sure, out var accuracy))
        {
            foreach (var fence in rules.Fences)
            {
                if (!fence.Sensitive && accuracy <= fence.Radius)
                {
                    Visit(draft, fence, rules, exact.MetersTo(fence.Center), at);
                }
            }
        }
    }

    /// <summary>Come within the radius, stay, go beyond the radius and a fifth; not entered again while it is cooling down.</summary>
    private static void Visit(in Draft draft, FenceRule fence, LocationRules rules, double meters, Instant at)
    {
        var visit = draft.State.Location.Visit(fence.Id) ?? new FenceVisit(fence.Id, null, null, false);
        if (meters > fence.Radius * rules.Leave)
        {
            if (visit.Since is not null)
            {
                draft.Emit(new FenceChanged(fence.Id, FencePhase.Left, at));
            }
        }
        else if (visit.Since is not { } since)
        {
            if (meters <= fence.Radius)
            {
                draft.Emit(new FenceChanged(fence.Id, FencePhase.Approached, at));
            }
        }
        else if (!visit.IsEntered && at - since >= rules.Dwell && !(visit.EnteredAt + rules.Cooldown > at))
        {
            draft.Emit(new FenceChanged(fence.Id, FencePhase.Entered, at));
        }
    }

    private static void Repeat(in Draft draft, Turn told)
    {
        foreach (var fact in told.Facts)
        {
            if (fact is LocationNoted or FenceChanged)
            {
                draft.Emit(fact);
            }
        }
    }

    private static bool TryPlace(Properties properties, LocationProperties names, out Coordinates place)
    {
        place = default;
        if (!properties.TryGet(names.Latitude, out var north) || !PropertyReading.TryNumber(north, out var latitude)
            || !properties.TryGet(names.Longitude, out var east) || !PropertyReading.TryNumber(east, out var longitude)
            || Math.Abs(latitude) > 90 || Math.Abs(longitude) > 180)
        {
            return false;
        }

        place = new Coordinates(latitude, longitude);
        return true;
    }
}
