using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>Which action wins a placement: the one of the highest Priority = P·C·V·L of those that pass the gates and can be said;
/// of equals the smaller id by ordinal comparison, which is the candidates' order. A candidate is asked no further once a gate said no.</summary>
internal static class Arbitration
{
    /// <summary>The winner and what it reserves; no action and null when no candidate passed.</summary>
    public static Decided Choose(in Occasion occasion, int index)
    {
        var view = ContactView.Of(occasion);
        Span<double> relevances = stackalloc double[occasion.Fences];
        occasion.FillRelevances(relevances);

        var best = default(Weighed);
        foreach (var action in occasion.Placement.Candidates)
        {
            if (!IsEligible(action, occasion, view)
                || action.Applicable?.Holds(occasion.Scope) == false
                || action.Suitable?.Holds(occasion.Scope) == false
                || !view.PolicyAllows(action, occasion))
            {
                continue;
            }

            var weighed = Weighed.Of(action, occasion, relevances);
            if (!weighed.IsWorthSomething || (best.Action is not null && weighed.Priority <= best.Priority))
            {
                continue;
            }

            // A winner that can't be said would be no winner, so it is asked here, and of nobody else.
            var treatment = action.TreatmentFor(occasion.Scope);
            if (treatment is not null || action.Treatments.IsEmpty)
            {
                best = weighed with { Treatment = treatment };
            }
        }

        return best.Action is null
            ? new Decided(occasion.Placement.Name, null, null, 1, 0, 0)
            : new Decided(
                occasion.Placement.Name,
                best.Action.Id,
                best.Treatment?.Id,
                1,
                best.Likelihood,
                best.Priority,
                occasion.Reserve(best.Action, index, view.Asked));
    }

    public static bool IsEligible(ActionRule action, in Occasion occasion, in ContactView view) =>
        action.IsValidAt(occasion.Now)
        && action.GoesOn(occasion.Channel)
        && view.ConsentAllows(action)
        && action.Eligible?.Holds(occasion.Scope) != false;
}
