using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>How a turn moves a customer through journeys.</summary>
internal static class JourneysTurn
{
    public static void Advance(in Draft draft, PlaybookSet playbooks, in Scope scope, Instant now)
    {
    }

    /// <summary>A playbook that a run is pinned to and that isn't at hand; null: all are.</summary>
    public static int? Missing(CustomerState state, PlaybookSet playbooks) => null;
}
