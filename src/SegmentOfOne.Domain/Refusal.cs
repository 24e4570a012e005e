namespace SegmentOfOne.Domain;

/// <summary>A request that is not taken, and why, in words for the caller.</summary>
public sealed record Refusal(RefusalCode Code, string Message);
