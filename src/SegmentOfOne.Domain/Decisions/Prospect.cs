namespace SegmentOfOne.Domain.Decisions;

/// <summary>A priority and whose it is, or at most would be.</summary>
/// <param name="Candidate">Its place among the candidates; of equal priorities the smaller wins.</param>
internal readonly record struct Prospect(double Priority, int Candidate)
{
    public bool ComesBefore(Prospect other) =>
        Priority > other.Priority || (Priority == other.Priority && Candidate < other.Candidate);
}
