namespace SegmentOfOne.Domain;

/// <summary>How far one transaction has come. The last three end it. Numbers are part of the formats.</summary>
public enum EpisodePhase : byte
{
    Started = 0,
    Ordered = 1,
    Delivered = 2,
    Used = 3,
    Returned = 4,
    Cancelled = 5,
}
