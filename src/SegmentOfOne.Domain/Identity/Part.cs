namespace SegmentOfOne.Domain.Identity;

/// <summary>A customer that became part of another. <paramref name="Into"/>: the one that it was merged into itself, which may have become part of
/// a third. <paramref name="Version"/>: the turn of the whole that took it. <paramref name="Given"/>: its own turn by which it gave itself.</summary>
public readonly record struct Part(CustomerKey Key, CustomerKey Into, long Version, long Given);
