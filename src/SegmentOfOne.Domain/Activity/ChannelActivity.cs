namespace SegmentOfOne.Domain.Activity;

/// <summary>How often a channel was used, and when last.</summary>
public readonly record struct ChannelActivity(string Channel, long Count, Instant Last);
