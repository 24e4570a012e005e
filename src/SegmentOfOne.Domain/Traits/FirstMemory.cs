namespace SegmentOfOne.Domain.Traits;

/// <summary>The earliest value by when it occurred, of each slot. Of values that occurred at one time, the least.</summary>
public sealed class FirstMemory : TraitMemory
{
    private readonly Occurrence?[] earliest = new Occurrence?[Limits.TraitSlots];

    internal FirstMemory()
        : base(TraitKind.First)
    {
    }

    /// <summary>By slot.</summary>
    internal Span<Occurrence?> Earliest => earliest;

    public override bool TryValue(Instant at, out PropertyValue value)
    {
        for (var age = SlotsAt(at) - 1; age >= 0; age--)
        {
            if (earliest[PlaceOf(age)] is { } first)
            {
                value = first.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    internal override void Add(PropertyValue value, Instant at)
    {
        if (!TryPlace(at, out var place))
        {
            return;
        }

        Add(place, new Occurrence(value, at));
    }

    internal override bool Holds(int place) => earliest[place] is not null;

    private protected override void Forget() => Array.Clear(earliest);

    private protected override void Drop(int place) => earliest[place] = null;

    private protected override void Absorb(TraitMemory other, int from, int to) => Add(to, ((FirstMemory)other).earliest[from]!.Value);

    private void Add(int place, in Occurrence occurrence)
    {
        if (earliest[place] is not { } known || occurrence.IsBefore(known))
        {
            earliest[place] = occurrence;
        }
    }
}
