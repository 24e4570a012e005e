namespace SegmentOfOne.Domain.Identity;

/// <summary>Who answers for a customer that was merged into another. <paramref name="IsSettled"/>: the other is known to have it.</summary>
public readonly record struct Redirect(CustomerKey Into, Instant At, bool IsSettled);
