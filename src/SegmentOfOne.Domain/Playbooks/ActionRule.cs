using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>C: where <paramref name="When"/> holds, priority is multiplied by 1 + <paramref name="Percent"/>/100.</summary>
public sealed record ContextWeight(Expression When, double Percent);

/// <summary>L: a named push of the business; while <paramref name="When"/> holds (null: always), priority is multiplied
/// by 1 + <paramref name="Percent"/>/100.</summary>
public sealed record Lever(string Name, Expression? When, double Percent);

/// <summary>The value of what doesn't sell: V = <paramref name="Gamma"/>·E[ΔIntimacy]/100·CLV.</summary>
/// <param name="LifetimeValue">CLV, in the currency.</param>
public sealed record CareRule(double Gamma, Expression LifetimeValue);

/// <summary>Something that can be shown, said or done. Priority = P·C·V·L.</summary>
public sealed record ActionRule
{
    public required string Id { get; init; }

    public required Purpose Purpose { get; init; }

    /// <summary>It is owed to the customer (an order's confirmation, a recall): it passes consent and every rule of contact, and counts in none.</summary>
    public bool Transactional { get; init; }

    public required ImmutableArray<string> Placements { get; init; }

    /// <summary>The channels on which it may go; empty: all of its placements.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>From when it may be chosen, by the recorded clock.</summary>
    public Instant From { get; init; } = Instant.Min;

    /// <summary>Until before when.</summary>
    public Instant Until { get; init; } = Instant.Max;

    /// <summary>May we. Null: always; so are the other two.</summary>
    public Expression? Eligible { get; init; }

    /// <summary>Is it relevant now.</summary>
    public Expression? Applicable { get; init; }

    /// <summary>Is it in the customer's interest.</summary>
    public Expression? Suitable { get; init; }

    public required Expression Propensity { get; init; }

    public ImmutableArray<ContextWeight> Context
    {
        get;
        init => (field, MostContext) = (value, Most(value.Select(weight => weight.Percent)));
    } = [];

    /// <summary>Null: where the customer is doesn't matter.</summary>
    public LocationWeight? Location { get; init; }

    /// <summary>V, said outright; null where <see cref="ExpectedIntimacyChange"/> gives it.</summary>
    public Expression? Value { get; init; }

    /// <summary>E[ΔIntimacy] in points, of what doesn't sell; null where <see cref="Value"/> is said.</summary>
    public Expression? ExpectedIntimacyChange { get; init; }

    public ImmutableArray<Lever> Levers
    {
        get;
        init => (field, MostLever) = (value, Most(value.Select(lever => lever.Percent)));
    } = [];

    public ImmutableArray<TreatmentRule> Treatments { get; init; } = [];

    /// <summary>Its place among the playbook's actions.</summary>
    internal int Ordinal { get; init; }

    /// <summary>What C can be at most, but for where the customer is. Multiplied in the same order as C, so that rounding can't lift C above it.</summary>
    internal double MostContext { get; private init; } = 1;

    /// <summary>What L can be at most.</summary>
    internal double MostLever { get; private init; } = 1;

    /// <summary>What gives <see cref="ExpectedIntimacyChange"/> a value.</summary>
    internal CareRule? Care { get; init; }

    public bool GoesOn(string channel) => Channels.IsEmpty || Channels.Contains(channel);

    public bool IsValidAt(Instant now) => now >= From && now < Until;

    /// <summary>P of the playbook, a probability: what the expression gives, held within [0, 1]. It is the mean of the Beta prior.</summary>
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

    /// <summary>V.</summary>
    public double Worth(in Scope scope) => Value is not null
        ? Value.Number(scope)
        : Care!.Gamma * ExpectedIntimacyChange!.Number(scope) / 100 * Care.LifetimeValue.Number(scope);

    /// <summary>L = Π(1 + w/100) over the levers that hold.</summary>
    public double LeverFactor(in Scope scope)
    {
        var factor = 1.0;
        foreach (var lever in Levers)
        {
            if (lever.When is null || lever.When.Holds(scope))
            {
                factor *= 1 + lever.Percent / 100;
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

    private static double Most(IEnumerable<double> percents) =>
        percents.Where(percent => percent > 0).Aggregate(1.0, (most, percent) => most * (1 + percent / 100));

    /// <summary>The treatment of this id; null when there is none.</summary>
    public TreatmentRule? Treatment(string? id)
    {
        foreach (var treatment in Treatments)
        {
            if (treatment.Id == id)
            {
                return treatment;
            }
        }

        return null;
    }
}
