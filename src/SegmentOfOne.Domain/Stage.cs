namespace SegmentOfOne.Domain;

/// <summary>Where the relationship stands. One stage at a time; Advocacy is the highest; numbers are part of the formats.</summary>
public enum Stage : byte
{
    Unknown = 0,
    Awareness = 1,
    Discovery = 2,
    Attraction = 3,
    Interaction = 4,
    Purchase = 5,
    Use = 6,
    Cultivation = 7,
    Advocacy = 8,
    Lapsed = 9,
    Erased = 10,

    /// <summary>Part of another customer, which answers for it.</summary>
    Merged = 11,
}
