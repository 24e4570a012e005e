using System.Collections.Immutable;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>A trait: how it is computed from interactions of some types, or that journeys say it.</summary>
/// <param name="Types">The interactions that count; none for one that journeys set.</param>
/// <param name="Property">Which of their properties is looked at; null where only their number counts.</param>
/// <param name="Window">How far back they count; null: ever.</param>
public sealed record TraitRule(string Name, string Description, TraitKind Kind, ImmutableArray<string> Types, string? Property, TimeSpan? Window)
{
    // What a state writes, at most: a text of three bytes a character and two before it, a time since 1970, a count of 32 bits, a decimal.
    private const int ValueBytes = 1 + 2 + (3 * Limits.TraitTextLength);
    private const int TimeBytes = 7;
    private const int CountBytes = 5;
    private const int SumBytes = 15;

    /// <summary>Kind, name, window, newest slot, and which slots hold something.</summary>
    private const int HeadBytes = 1 + (2 + PlaybookLimits.NameLength) + 6 + TimeBytes + CountBytes;

    /// <summary>Whether it has no number of its own, but a value that occurred.</summary>
    public bool IsValue => Kind is TraitKind.Last or TraitKind.First or TraitKind.MostFrequent or TraitKind.Set;

    /// <summary>0: ever.</summary>
    internal long WindowMilliseconds => (long)(Window?.TotalMilliseconds ?? 0);

    /// <summary>The bytes that it can take of a customer, at most.</summary>
    internal int MostBytes => HeadBytes + Kind switch
    {
        TraitKind.Count => Slots * CountBytes,
        TraitKind.Sum => Slots * SumBytes,
        TraitKind.First => Slots * (ValueBytes + TimeBytes),
        TraitKind.MostFrequent => Limits.TraitValues * (ValueBytes + TimeBytes + CountBytes + (Slots * CountBytes)),
        TraitKind.Distinct => 1 + (Limits.TraitDistinct * (4 + 1)),
        _ => ValueBytes + TimeBytes,
    };

    private int Slots => Window is null ? 1 : Limits.TraitSlots;

    /// <summary>Whether what a customer remembers is this trait, computed so.</summary>
    internal bool Describes(TraitMemory memory) => memory.Kind == Kind && memory.Window == WindowMilliseconds && memory.Trait == Name;
}
