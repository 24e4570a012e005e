namespace SegmentOfOne.Domain;

/// <summary>A stored turn that is decided again; the default: a turn happens.</summary>
/// <param name="IsAnew">All that follows from it is found anew, and only what callers were answered stands as it was told; else what time, segments and
/// journeys did stands, and what callers asked for is found anew.</param>
internal readonly record struct Telling(Turn? Turn, bool IsAnew);
