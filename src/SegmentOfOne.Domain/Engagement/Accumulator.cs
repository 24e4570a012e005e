namespace SegmentOfOne.Domain.Engagement;

/// <summary>A sum of weights that halve with age, valued at <paramref name="Last"/>: Σ wᵢ·2^(−(Last−tᵢ)/H).</summary>
public readonly record struct Accumulator(double Amount, Instant Last)
{
    /// <summary>Adds a weight earned at a time; a late one has aged already, so the order of events doesn't matter.</summary>
    public Accumulator Fold(double weight, Instant at, long halfLife)
    {
        if (Amount == 0)
        {
            return new Accumulator(weight, at);
        }

        return at >= Last
            ? new Accumulator(At(at, halfLife) + weight, at)
            : new Accumulator(Amount + weight * Factor(Last, at, halfLife), Last);
    }

    /// <summary>The sum at a time; before <see cref="Last"/> it is what the weights known now would have been then.</summary>
    public double At(Instant at, long halfLife) => Amount == 0 ? 0 : Amount * Factor(at, Last, halfLife);

    /// <summary>log2(Amount) + Last/H: orders customers as their sums do, at every later time alike. Null at 0.</summary>
    public double? Rank(long halfLife) => Amount <= 0 ? null : Math.Log2(Amount) + (double)Last.UnixMilliseconds / halfLife;

    private static double Factor(Instant later, Instant earlier, long halfLife) =>
        Exp2.Of(-(double)(later.UnixMilliseconds - earlier.UnixMilliseconds) / halfLife);
}
