namespace SegmentOfOne.Domain.Value;

/// <summary>The slice of a customer that is money, exact, in the playbook's currency.</summary>
public sealed class ValueState
{
    /// <summary>Sum of the amounts above 0.</summary>
    public decimal Revenue { get; internal set; }

    /// <summary>Sum of the amounts below 0: at most 0.</summary>
    public decimal Returned { get; internal set; }

    internal void Move(decimal amount)
    {
        if (amount >= 0)
        {
            Revenue += amount;
        }
        else
        {
            Returned += amount;
        }
    }

    internal void Absorb(ValueState other) => (Revenue, Returned) = (Revenue + other.Revenue, Returned + other.Returned);

    internal void Clear() => Revenue = Returned = 0;
}
