namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>A rate or a number of calls that goes from one value to another in the course of a phase, straight or in steps of equal length.</summary>
/// <param name="From">At the beginning, at least 0.</param>
/// <param name="To">At the end, at least 0; not both are 0.</param>
/// <param name="Steps">Null: straight; else how many levels there are, the first and the last included.</param>
public sealed record Ramp(double From, double To, int? Steps = null)
{
    /// <summary>The same value throughout.</summary>
    public static Ramp Level(double value) => new(value, value);

    /// <summary>The larger of both ends.</summary>
    public double Most => Math.Max(From, To);

    /// <summary>The mean over the phase.</summary>
    public double Mean => (From + To) / 2;

    /// <summary>The value when this share, in [0, 1], of the phase has passed.</summary>
    public double At(double passed) =>
        From + (To - From) * (Steps is { } steps ? Math.Min(Math.Floor(passed * steps), steps - 1) / (steps - 1) : passed);

    /// <summary>
    /// The share of the phase, in [0, 1], by which this much has come of what comes altogether (the inverse of the integral of
    /// <see cref="At"/>, whose whole is <see cref="Mean"/>); above 1 where it never does.
    /// </summary>
    public double Reached(double amount)
    {
        if (amount >= Mean)
        {
            return amount / Mean;
        }
        return Steps is { } steps ? InSteps(amount, steps) : Straight(amount);
    }

    /// <summary>Solves from·x + (to − from)·x²/2 = amount, in the form that doesn't divide by a small slope.</summary>
    private double Straight(double amount) => amount == 0 ? 0 : 2 * amount / (From + Math.Sqrt(From * From + 2 * (To - From) * amount));

    private double InSteps(double amount, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var level = From + (To - From) * step / (steps - 1);
            if (amount < level / steps)
            {
                return (step + amount * steps / level) / steps;
            }
            amount -= level / steps;
        }
        return 1;
    }
}
