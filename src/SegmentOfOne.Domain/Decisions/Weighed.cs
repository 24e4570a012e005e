using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>An action with its factors.</summary>
internal readonly record struct Weighed(
    ActionRule Action, TreatmentRule? Treatment, double Likelihood, double Context, double Value, double Lever, double Priority)
{
    public bool IsWorthSomething => Priority >= 0 && double.IsFinite(Priority);

    public static Weighed Of(ActionRule action, in Scope scope, ReadOnlySpan<double> relevances)
    {
        var likelihood = action.Prior(scope);
        var context = action.ContextFactor(scope) * Nearness.Factor(action.Location, relevances);
        var value = action.Worth(scope);
        var lever = action.LeverFactor(scope);
        return new Weighed(action, null, likelihood, context, value, lever, likelihood * context * value * lever);
    }

    /// <summary>What the priority is at most, multiplied in its order, so that no rounding lifts it above; without a bound where the value is
    /// negative, since then less weight is more.</summary>
    public static double Most(ActionRule action, in Scope scope, ReadOnlySpan<double> relevances)
    {
        var value = action.Worth(scope);
        var most = action.Prior(scope) * (action.MostContext * Nearness.Factor(action.Location, relevances)) * value * action.MostLever;
        return value >= 0 && !double.IsNaN(most) ? most : double.PositiveInfinity;
    }
}
