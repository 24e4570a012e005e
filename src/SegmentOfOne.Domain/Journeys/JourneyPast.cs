namespace SegmentOfOne.Domain.Journeys;

/// <summary>How often a journey was entered, and when it was entered and left last.</summary>
public readonly record struct JourneyPast(string Journey, long Entered, Instant LastEntered, Instant? LastLeft);
