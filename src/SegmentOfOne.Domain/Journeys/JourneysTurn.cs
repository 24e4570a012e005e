using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>How a turn moves a customer through journeys.</summary>
internal static class JourneysTurn
{
    public static void Advance(in Draft draft, PlaybookSet playbooks, in Scope scope, Instant now)
    {
    }

    /// <summary>When the first step, or date, of a journey is due after a time; null: none is.</summary>
    public static Instant? NextDue(CustomerState state, PlaybookSet playbooks, Instant from)
    {
        Instant? first = null;
        foreach (ref readonly var run in state.Journeys.Runs)
        {
            first = run.Due is { } due && !(first <= due) ? due : first;
        }

        return first;
    }

    /// <summary>A playbook that a run is pinned to and that isn't at hand; null: all are.</summary>
    public static int? Missing(CustomerState state, PlaybookSet playbooks) => null;
}
