namespace SegmentOfOne.Domain.Repeats;

/// <summary>An interaction id, as the 64-bit hash under its customer's key, and the turn that answered it.</summary>
public readonly record struct SeenId(ulong Hash, long Version);
