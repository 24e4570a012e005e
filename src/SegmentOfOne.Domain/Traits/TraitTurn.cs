using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Traits;

/// <summary>What a turn adds to computed traits.</summary>
internal static class TraitTurn
{
    public static void Observe(in Draft draft, Playbook playbook, TurnRequest request, Instant at)
    {
    }
}
