using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Running;

/// <summary>What a process did since its last tick: of one phase, a moment.</summary>
/// <param name="Phase">Its place in the scenario.</param>
/// <param name="InFlight">Calls outstanding now.</param>
/// <param name="Errors">Failed calls by name.</param>
public sealed record Tick(int Phase, long InFlight, LoadCounts Counts, SortedDictionary<string, long> Errors);
