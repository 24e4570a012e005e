using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Traits;

/// <summary>The slice of a customer that holds its traits, in ordinal order of name: those that interactions touched, as the playbook computed them
/// then, and those that journeys set. A trait knows nothing of before it was declared, or declared otherwise.</summary>
public sealed class TraitsState
{
    private readonly List<TraitMemory> traits = [];

    // By kind, and taken in the order in which they were given back: so customers of one playbook find memories of the same names.
    private readonly Queue<TraitMemory>?[] spare = new Queue<TraitMemory>?[(int)TraitKind.Set + 1];

    /// <summary>At most <see cref="PlaybookLimits.Traits"/>.</summary>
    public ReadOnlySpan<TraitMemory> Traits => CollectionsMarshal.AsSpan(traits);

    internal bool IsEmpty => traits.Count == 0;

    /// <summary>A trait as a playbook has it; null where nothing of it occurred, or what is known was computed otherwise.</summary>
    public TraitMemory? Of(TraitRule rule) => PlaceOf(rule.Name) is var place and >= 0 && rule.Describes(traits[place]) ? traits[place] : null;

    internal void Adopt(TraitAdopted adopted)
    {
        Remove(adopted.Trait);

        // One that journeys set is there when it was set.
        if (adopted.Kind != TraitKind.Set)
        {
            Insert(adopted.Trait, adopted.Kind, adopted.Window);
        }
    }

    internal void Gain(TraitGained gained)
    {
        var place = PlaceOf(gained.Trait);
        if (place >= 0)
        {
            traits[place].Add(gained.Value, gained.At);
        }
    }

    internal void Set(TraitSet set)
    {
        var place = PlaceOf(set.Trait);
        if (place >= 0 && traits[place].Kind == TraitKind.Set)
        {
            traits[place].Add(set.Value, set.At);
            return;
        }

        Remove(set.Trait);
        Insert(set.Trait, TraitKind.Set, 0).Add(set.Value, set.At);
    }

    /// <summary>Adds what another customer's traits remember; of one that was computed otherwise there, what is known here stays.</summary>
    internal void Absorb(TraitsState other)
    {
        foreach (var trait in other.traits)
        {
            var place = PlaceOf(trait.Trait);
            if (place < 0 && traits.Count < PlaybookLimits.Traits)
            {
                Insert(trait.Trait, trait.Kind, trait.Window);
                place = PlaceOf(trait.Trait);
            }

            if (place >= 0 && traits[place].Kind == trait.Kind && traits[place].Window == trait.Window)
            {
                traits[place].Absorb(trait);
            }
        }
    }

    /// <summary>A memory that the caller fills and adds.</summary>
    internal TraitMemory Unused(TraitKind kind) => spare[(int)kind] is { Count: > 0 } unused ? unused.Dequeue() : TraitMemory.Of(kind);

    internal void Add(TraitMemory trait) => traits.Add(trait);

    internal void Clear()
    {
        foreach (var trait in traits)
        {
            Free(trait);
        }

        traits.Clear();
    }

    private TraitMemory Insert(string trait, TraitKind kind, long window)
    {
        if (traits.Count == PlaybookLimits.Traits)
        {
            // Whoever emits the facts makes room before; this is only so that no fact can exceed the bound.
            Remove(traits[0].Trait);
        }

        var memory = Unused(kind);
        memory.Begin(trait, window);
        traits.Insert(~PlaceOf(trait), memory);
        return memory;
    }

    private void Remove(string trait)
    {
        var place = PlaceOf(trait);
        if (place >= 0)
        {
            Free(traits[place]);
            traits.RemoveAt(place);
        }
    }

    private void Free(TraitMemory trait) => (spare[(int)trait.Kind] ??= new()).Enqueue(trait);

    /// <summary>The place of a trait, or the complement of where it would stand.</summary>
    private int PlaceOf(string trait)
    {
        var (first, after) = (0, traits.Count);
        while (first < after)
        {
            var middle = (first + after) >>> 1;
            var order = string.CompareOrdinal(traits[middle].Trait, trait);
            if (order == 0)
            {
                return middle;
            }

            (first, after) = order < 0 ? (middle + 1, after) : (first, middle);
        }

        return ~first;
    }
}
