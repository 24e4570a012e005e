using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Location;

/// <summary>What it is worth for a place that the customer is near it: relevance = 2^(−age/half-life)·e^(−d/d0)·open·in stock, in [0, 1].
/// The distance is that of the coarse position; at a fence that the customer has entered it is 0.</summary>
internal static class Nearness
{
    /// <summary>Less than this is nothing.</summary>
    private const double Least = 0.001;

    private const double Log2OfE = 1.4426950408889634;

    /// <summary>The part of age and distance.</summary>
    public static double OfPlace(LocationState location, FenceRule fence, LocationRules rules, Instant now)
    {
        if (fence.Sensitive || !location.IsKnown(now) || location.At is not { } at)
        {
            return 0;
        }

        var age = Math.Max(0, now.UnixMilliseconds - at.UnixMilliseconds);
        var meters = location.IsIn(fence.Id, now) ? 0 : location.Position.MetersTo(fence.Center);
        var relevance = Exp2.Of(-age / rules.HalfLife.TotalMilliseconds)
            * Exp2.Of(-meters / (location.Driving ? rules.ByCar : rules.OnFoot) * Log2OfE);
        return relevance < Least ? 0 : relevance;
    }

    /// <summary>The whole, of each of the playbook's fences; all 0 where it isn't known where the customer is.</summary>
    public static void Fill(Span<double> relevances, LocationRules rules, in Scope scope, Instant now)
    {
        for (var i = 0; i < relevances.Length; i++)
        {
            var fence = rules.Fences[i];
            relevances[i] = OfPlace(scope.Customer.Location, fence, rules, now) is var relevance and > 0
                && IsOpen(fence, scope.Customer, now) && (fence.InStock is null || fence.InStock.Holds(scope))
                    ? relevance
                    : 0;
        }
    }

    /// <summary>C = 1 + w·relevance of the most relevant of the fences. No relevances: none is known.</summary>
    public static double Factor(LocationWeight? weight, ReadOnlySpan<double> relevances)
    {
        if (weight is null || relevances.IsEmpty)
        {
            return 1;
        }

        var relevance = 0.0;
        foreach (var fence in weight.Fences)
        {
            relevance = Math.Max(relevance, relevances[fence]);
        }

        return 1 + weight.Weight * relevance;
    }

    /// <summary>By the fence's clock as a turn of this customer read it; closed where none did.</summary>
    private static bool IsOpen(FenceRule fence, CustomerState state, Instant now)
    {
        if (fence.Open.IsEmpty)
        {
            return true;
        }

        if (state.Zones.OffsetOf(fence.Zone) is not { } minutes)
        {
            return false;
        }

        var local = DateTime.UnixEpoch.AddMilliseconds(now.UnixMilliseconds).AddMinutes(minutes);
        foreach (var hours in fence.Open)
        {
            if (hours.Contain(local.DayOfWeek, local.Hour * 60 + local.Minute))
            {
                return true;
            }
        }

        return false;
    }
}
