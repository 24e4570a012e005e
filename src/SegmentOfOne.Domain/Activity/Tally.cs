namespace SegmentOfOne.Domain.Activity;

/// <summary>How often something happened, first and last when.</summary>
public readonly record struct Tally(long Count, Instant First, Instant Last)
{
    /// <summary>Both together.</summary>
    internal Tally With(in Tally other) => Count == 0 ? other : other.Count == 0 ? this
        : new Tally(Count + other.Count, Instant.Earlier(First, other.First), Instant.Later(Last, other.Last));

    internal Tally With(Instant at) => Count == 0
        ? new Tally(1, at, at)
        : new Tally(Count + 1, Instant.Earlier(First, at), Instant.Later(Last, at));
}
