using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Which action wins a placement: the one of the highest Priority = P·C·V·L of those that pass the gates and can be said;
/// of equals the smaller id by ordinal comparison, which is the candidates' order. Candidates are asked in the order of what each could come
/// to with every weight and lever in its favour, until none that is left could win. All that is asked is free of effects, so the winner is the
/// one that asking everything would give.</summary>
internal static class Arbitration
{
    /// <summary>The winner and what it reserves; no action and null when no candidate passed.</summary>
    public static Decided Choose(in Occasion occasion, int index, JourneyAsk? ask)
    {
        var view = ContactView.Of(occasion);
        Span<double> relevances = stackalloc double[occasion.Fences];
        occasion.FillRelevances(relevances);

        var candidates = occasion.Placement.Candidates;
        var prospects = new Prospects(stackalloc Prospect[candidates.Length]);
        var scope = occasion.Scope;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (occasion.Allows(candidates[i]) && IsAllowed(candidates[i], occasion, view) && view.PolicyAllows(candidates[i], occasion))
            {
                prospects.Add(new Prospect(Weighed.Most(candidates[i], scope, relevances), i));
            }
        }

        Weighed? best = null;
        var lead = default(Prospect);
        while (prospects.TryTake(out var prospect) && (best is null || prospect.ComesBefore(lead)))
        {
            var action = candidates[prospect.Candidate];
            if (action.Eligible?.Holds(scope) == false
                || action.Applicable?.Holds(scope) == false
                || action.Suitable?.Holds(scope) == false)
            {
                continue;
            }

            var weighed = Weighed.Of(action, scope, relevances);
            var reached = new Prospect(weighed.Priority, prospect.Candidate);
            if (!weighed.IsWorthSomething || (best is not null && !reached.ComesBefore(lead)))
            {
                continue;
            }

            // A winner that can't be said would be no winner, so it is asked here, and of nobody else.
            var treatment = action.TreatmentFor(scope);
            if (treatment is not null || action.Treatments.IsEmpty)
            {
                (best, lead) = (weighed with { Treatment = treatment }, reached);
            }
        }

        return best is { } winner
            ? new Decided(
                occasion.Placement.Name,
                winner.Action.Id,
                winner.Treatment?.Id,
                1,
                winner.Likelihood,
                winner.Priority,
                occasion.Reserve(winner.Action, index, view.Asked),
                ask)
            : new Decided(occasion.Placement.Name, null, null, 1, 0, 0, AskedBy: ask);
    }

    /// <summary>The first gate.</summary>
    public static bool IsEligible(ActionRule action, in Occasion occasion, in ContactView view) =>
        IsAllowed(action, occasion, view) && action.Eligible?.Holds(occasion.Scope) != false;

    private static bool IsAllowed(ActionRule action, in Occasion occasion, in ContactView view) =>
        (action.Transactional || !occasion.IsSteered)
        && action.IsValidAt(occasion.Now)
        && action.GoesOn(occasion.Channel)
        && view.ConsentAllows(action);
}
