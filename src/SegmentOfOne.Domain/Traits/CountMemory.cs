namespace SegmentOfOne.Domain.Traits;

/// <summary>How often. A slot counts to 4,294,967,295 and stays there.</summary>
public sealed class CountMemory : TraitMemory
{
    private readonly uint[] counts = new uint[Limits.TraitSlots];

    internal CountMemory()
        : base(TraitKind.Count)
    {
    }

    /// <summary>By slot.</summary>
    internal Span<uint> Counts => counts;

    public override double Number(Instant at)
    {
        var count = 0L;
        for (var age = SlotsAt(at) - 1; age >= 0; age--)
        {
            count += counts[PlaceOf(age)];
        }

        return count;
    }

    internal override void Add(PropertyValue value, Instant at)
    {
        if (TryPlace(at, out var place))
        {
            counts[place] += counts[place] < uint.MaxValue ? 1u : 0;
        }
    }

    internal override bool Holds(int place) => counts[place] > 0;

    private protected override void Forget() => Array.Clear(counts);

    private protected override void Drop(int place) => counts[place] = 0;

    private protected override void Absorb(TraitMemory other, int from, int to) =>
        counts[to] = (uint)Math.Min(uint.MaxValue, (ulong)counts[to] + ((CountMemory)other).counts[from]);
}
