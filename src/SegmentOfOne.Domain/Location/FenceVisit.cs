namespace SegmentOfOne.Domain.Location;

/// <summary>A fence that the customer is or was at.</summary>
/// <param name="Since">Since when the customer is there; null when not.</param>
/// <param name="EnteredAt">When it was last entered; null when it never was.</param>
/// <param name="IsEntered">The customer is there and has stayed long enough.</param>
public readonly record struct FenceVisit(string Fence, Instant? Since, Instant? EnteredAt, bool IsEntered);
