namespace SegmentOfOne.Domain.Activity;

/// <summary>An item that the customer touched, as a 32-bit hash, the same for every customer, and when last.</summary>
public readonly record struct RecentItem(uint Hash, Instant Last);
