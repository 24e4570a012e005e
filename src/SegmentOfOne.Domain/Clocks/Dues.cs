using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Clocks;

/// <summary>Something that will happen to a customer by time alone.</summary>
/// <param name="At">Nothing is due before.</param>
/// <param name="IsCertain">Something is due then; false: it has to be looked for from then on.</param>
public readonly record struct Due(Instant At, bool IsCertain);

/// <summary>When something becomes due by time alone.</summary>
internal static class Dues
{
    /// <summary>The first of what is due after <paramref name="from"/>, or a time before which nothing is; null: nothing ever.</summary>
    public static Due? Next(CustomerState state, PlaybookSet playbooks, Instant from) =>
        Journeys.JourneysTurn.NextDue(state, playbooks, from) is { } due ? new Due(due, IsCertain: true) : null;

    /// <summary>The first time up to another at which something is due; null: nothing is.</summary>
    public static Instant? Within(CustomerState state, PlaybookSet playbooks, Instant until)
    {
        for (var from = state.Clock; Next(state, playbooks, from) is { } due && due.At <= until; from = due.At)
        {
            if (due.IsCertain)
            {
                return due.At;
            }
        }

        return null;
    }
}
