using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>C: where <paramref name="When"/> holds, priority is multiplied by 1 + <paramref name="Percent"/>/100.</summary>
public sealed record ContextWeight(Expression When, double Percent);

/// <summary>L: a named push of the business; priority is multiplied by 1 + <paramref name="Percent"/>/100.</summary>
public sealed record Lever(string Name, double Percent);

/// <summary>One way to say an action. Content is text by field name.</summary>
public sealed record TreatmentRule(string Id, Expression? When, FrozenDictionary<string, string> Content);

/// <summary>Something that can be shown, said or done. Priority = P·C·V·L.</summary>
public sealed record ActionRule(
    string Id,
    ImmutableArray<string> Placements,
    Expression? Eligible,
    Expression Propensity,
    ImmutableArray<ContextWeight> Context,
    Expression Value,
    ImmutableArray<Lever> Levers,
    ImmutableArray<TreatmentRule> Treatments)
{
    /// <summary>L = Π(1 + w/100) over the levers.</summary>
    public double LeverFactor { get; } = Product(Levers);

    /// <summary>P of the playbook, a probability: what the expression gives, held within [0, 1].</summary>
    public double Prior(in Scope scope) => Math.Clamp(Propensity.Number(scope), 0, 1);

    /// <summary>C = Π(1 + w/100) over the context weights that hold.</summary>
    public double ContextFactor(in Scope scope)
    {
        var factor = 1.0;
        foreach (var weight in Context)
        {
            if (weight.When.Holds(scope))
            {
                factor *= 1 + weight.Percent / 100;
            }
        }

        return factor;
    }

    /// <summary>The first treatment that says no condition or whose condition holds; null when there is none.</summary>
    public TreatmentRule? TreatmentFor(in Scope scope)
    {
        foreach (var treatment in Treatments)
        {
            if (treatment.When is null || treatment.When.Holds(scope))
            {
                return treatment;
            }
        }

        return null;
    }

    private static double Product(ImmutableArray<Lever> levers)
    {
        var factor = 1.0;
        foreach (var lever in levers)
        {
            factor *= 1 + lever.Percent / 100;
        }

        return factor;
    }
}
