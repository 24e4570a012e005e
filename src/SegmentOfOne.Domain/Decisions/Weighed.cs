using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>An action with its factors.</summary>
internal readonly record struct Weighed(
    ActionRule Action, TreatmentRule? Treatment, double Likelihood, double Context, double Value, double Lever, double Priority)
{
    public bool IsWorthSomething => Priority >= 0 && double.IsFinite(Priority);

    public static Weighed Of(ActionRule action, in Occasion occasion, ReadOnlySpan<double> relevances)
    {
        var scope = occasion.Scope;
        var likelihood = action.Prior(scope);
        var context = action.ContextFactor(scope) * Nearness.Factor(action.Location, relevances);
        var value = action.Worth(scope);
        var lever = action.LeverFactor(scope);
        return new Weighed(action, null, likelihood, context, value, lever, likelihood * context * value * lever);
    }
}
