namespace SegmentOfOne.Domain.Identity;

/// <summary>A part that the turn <paramref name="Version"/> gave back, or never took. <paramref name="Given"/>: the turn by which the part had given itself; what
/// comes late of that merge is recognised by it.</summary>
/// <param name="IsSettled">It is known to live again.</param>
/// <param name="IsRefused">It was never taken.</param>
public readonly record struct GivenUp(CustomerKey Key, long Version, long Given, Instant At, bool IsSettled, bool IsRefused);
