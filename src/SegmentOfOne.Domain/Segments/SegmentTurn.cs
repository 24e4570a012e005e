using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Segments;

/// <summary>How a turn moves a customer in and out of segments.</summary>
internal static class SegmentTurn
{
    public static void Update(in Draft draft, PlaybookSet playbooks, in Scope scope)
    {
    }
}
