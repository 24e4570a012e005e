namespace SegmentOfOne.Domain.Location;

/// <summary>What a customer does at a fence. Numbers are part of the formats.</summary>
public enum FencePhase : byte
{
    /// <summary>Came within its radius; it may be passing by.</summary>
    Approached = 0,

    /// <summary>Stayed long enough to be there.</summary>
    Entered = 1,

    /// <summary>Went beyond the radius and a fifth.</summary>
    Left = 2,
}
