namespace SegmentOfOne.Domain.Journeys;

/// <summary>That a journey, not a caller, asked for a decision.</summary>
/// <param name="Channel">On which it was asked.</param>
/// <param name="Action">The one action that could be chosen; null: every candidate of the placement.</param>
public sealed record JourneyAsk(string Channel, string? Action);
