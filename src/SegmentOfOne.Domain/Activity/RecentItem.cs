namespace SegmentOfOne.Domain.Activity;

/// <summary>An item that the customer touched, as a 32-bit hash under the customer's key, and when last.</summary>
public readonly record struct RecentItem(uint Hash, Instant Last);
