namespace SegmentOfOne.Domain.Identity;

/// <summary>Who answers for a customer that was merged into another. <paramref name="Version"/>: its turn by which it gave itself.
/// <paramref name="IsSettled"/>: the other is known to have it.</summary>
public readonly record struct Redirect(CustomerKey Into, long Version, Instant At, bool IsSettled);
