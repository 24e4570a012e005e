namespace SegmentOfOne.Domain.Zones;

/// <summary>A zone and how many minutes east of UTC it was when it was last read.</summary>
public readonly record struct ZoneOffset(string Zone, int Minutes);
