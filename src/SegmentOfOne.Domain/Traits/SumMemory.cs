namespace SegmentOfOne.Domain.Traits;

/// <summary>The sum of a number, in decimal: exact in any order for numbers of at most 15 digits, as long as the sum has at most 28.</summary>
public sealed class SumMemory : TraitMemory
{
    /// <summary>A decimal divided by this has no zeros at its end, so that equal sums have equal bytes.</summary>
    private const decimal One = 1.0000000000000000000000000000m;

    private readonly decimal[] sums = new decimal[Limits.TraitSlots];

    internal SumMemory()
        : base(TraitKind.Sum)
    {
    }

    /// <summary>By slot; 0 also where there is none.</summary>
    internal Span<decimal> Sums => sums;

    public override double Number(Instant at)
    {
        var sum = 0m;
        for (var age = SlotsAt(at) - 1; age >= 0; age--)
        {
            sum += sums[PlaceOf(age)];
        }

        return (double)sum;
    }

    internal override void Add(PropertyValue value, Instant at)
    {
        if (Math.Abs(value.Number) <= Limits.TraitNumber && TryPlace(at, out var place))
        {
            Add(place, (decimal)value.Number);
        }
    }

    internal override bool Holds(int place) => sums[place] != 0;

    private protected override void Forget() => Array.Clear(sums);

    private protected override void Drop(int place) => sums[place] = 0;

    private protected override void Absorb(TraitMemory other, int from, int to) => Add(to, ((SumMemory)other).sums[from]);

    private void Add(int place, decimal number)
    {
        var sum = Math.Clamp(sums[place] + number, -Limits.TraitSum, Limits.TraitSum) / One;
        sums[place] = sum == 0 ? 0 : sum;
    }
}
