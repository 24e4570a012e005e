using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Which action wins a placement: each candidate passes its gates, is given its Priority = P·C·V·L, and the highest
/// wins; of equals the smaller id by ordinal comparison, which is the candidates' order.</summary>
internal static class Arbitration
{
    /// <summary>The winner, or null when no candidate passed. With <paramref name="all"/> every candidate is put there, in order.</summary>
    public static Candidate? Choose(PlacementRule placement, in Scope scope, ImmutableArray<Candidate>.Builder? all)
    {
        Candidate? best = null;
        var place = -1;
        for (var i = 0; i < placement.Candidates.Length; i++)
        {
            var candidate = Weigh(placement.Candidates[i], scope);
            if (candidate.Verdict == Verdict.Outranked && (best is not { } leader || candidate.Priority > leader.Priority))
            {
                best = candidate;
                place = i;
            }

            all?.Add(candidate);
        }

        if (best is not { } winner)
        {
            return null;
        }

        winner = winner with { Verdict = Verdict.Chosen };
        if (all is not null)
        {
            all[place] = winner;
        }

        return winner;
    }

    /// <summary>The gates in order, then the priority. Who passes counts as outranked until nobody is better.</summary>
    private static Candidate Weigh(ActionRule action, in Scope scope)
    {
        if (action.Eligible is { } eligible && !eligible.Holds(scope))
        {
            return Failed(action, Verdict.Ineligible, eligible.Text);
        }

        var treatment = action.TreatmentFor(scope);
        if (treatment is null && !action.Treatments.IsEmpty)
        {
            return Failed(action, Verdict.Untreated, null);
        }

        var likelihood = action.Prior(scope);
        var context = action.ContextFactor(scope);
        var value = action.Value.Number(scope);
        var priority = likelihood * context * value * action.LeverFactor;
        return new Candidate(
            action.Id,
            priority >= 0 && double.IsFinite(priority) ? Verdict.Outranked : Verdict.Worthless,
            null,
            treatment?.Id,
            likelihood,
            context,
            value,
            action.LeverFactor,
            priority);
    }

    private static Candidate Failed(ActionRule action, Verdict verdict, string? rule) =>
        new(action.Id, verdict, rule, null, 0, 0, 0, 0, 0);
}
