namespace SegmentOfOne.Domain.Identity;

/// <summary>A part that the turn <paramref name="Version"/> gave back, and that isn't known yet to live again.</summary>
public readonly record struct GivenUp(CustomerKey Key, long Version, Instant At);
