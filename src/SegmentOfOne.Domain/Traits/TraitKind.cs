namespace SegmentOfOne.Domain.Traits;

/// <summary>How a trait is computed. Numbers are part of the formats.</summary>
public enum TraitKind : byte
{
    /// <summary>How often.</summary>
    Count = 0,

    /// <summary>The sum of a number.</summary>
    Sum = 1,

    /// <summary>The latest value, by when it happened.</summary>
    Last = 2,

    /// <summary>The earliest value, by when it happened.</summary>
    First = 3,

    /// <summary>The value that occurred most often.</summary>
    MostFrequent = 4,

    /// <summary>How many different values.</summary>
    Distinct = 5,

    /// <summary>What a journey said last.</summary>
    Set = 6,
}
