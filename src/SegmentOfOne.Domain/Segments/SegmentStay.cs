namespace SegmentOfOne.Domain.Segments;

/// <summary>A segment that the customer is in, and since when.</summary>
public readonly record struct SegmentStay(string Segment, Instant Since);
