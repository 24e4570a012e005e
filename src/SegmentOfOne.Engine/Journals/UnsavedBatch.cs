namespace SegmentOfOne.Engine.Journals;

/// <summary>A committed batch with turns that are durable nowhere else.</summary>
internal readonly record struct UnsavedBatch(int Turns, long QueuedAt, int Kept = 0);
