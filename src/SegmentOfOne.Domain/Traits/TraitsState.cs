namespace SegmentOfOne.Domain.Traits;

/// <summary>The slice of a customer that holds its computed traits.</summary>
public sealed class TraitsState
{
    private int changes;

    internal bool IsEmpty => changes == 0;

    internal void Adopt(TraitAdopted adopted) => changes += adopted.Trait.Length;

    internal void Gain(TraitGained gained) => changes += gained.Trait.Length;

    internal void Set(TraitSet set) => changes += set.Trait.Length;

    internal void Clear() => changes = 0;
}
