using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Segments;

namespace SegmentOfOne.Domain.Clocks;

/// <summary>Something that will happen to a customer by time alone.</summary>
/// <param name="At">Nothing is due before.</param>
/// <param name="IsCertain">Something is due then; false: it has to be looked for from then on.</param>
public readonly record struct Due(Instant At, bool IsCertain);

/// <summary>When something becomes due by time alone: what has a date of its own (silence, consents, places, reservations, journeys), and the
/// conditions of stages, overlays and segments, where they change. What should have come before the customer's clock, as when another playbook
/// came into force, is due at the clock.</summary>
internal static class Dues
{
    /// <summary>The first of what is due after <paramref name="from"/>, or a time before which nothing is; null: nothing ever.</summary>
    public static Due? Next(CustomerState state, PlaybookSet playbooks, Instant from)
    {
        var ever = from + Lookout.Ever;
        var due = First(state, playbooks, from, ever, exact: false);
        return due is { IsCertain: false } && due.At >= ever ? null : due;
    }

    /// <summary>The first time up to another at which something is due; null: nothing is.</summary>
    public static Instant? Within(CustomerState state, PlaybookSet playbooks, Instant until)
    {
        for (var from = state.Clock; from <= until;)
        {
            var due = First(state, playbooks, from, until, exact: true);
            if (due.IsCertain)
            {
                return due.At;
            }

            if (due.At >= until)
            {
                break;
            }

            from = due.At;
        }

        return null;
    }

    private static Due First(CustomerState state, PlaybookSet playbooks, Instant from, Instant until, bool exact)
    {
        var playbook = playbooks.InForce;
        if (state.Engagement.Measures != playbook.Engagement.Measures)
        {
            return new Due(from, true);
        }

        var lookout = new Lookout(state, playbook.Engagement, from, until, certain: false, exact);
        lookout.Expect(state.Location.At + Limits.LocationKept);
        lookout.Expect(ConsentTurn.NextDue(state.Consent, playbook.Consent));
        lookout.Expect(ContactTurn.NextDue(state.Contact, state.LastDue));
        lookout.Expect(JourneysTurn.NextDue(state, playbooks, from));
        if (!lookout.IsCertain || lookout.To > from)
        {
            WatchRelationship(ref lookout, state, playbook.Journey, from);
            SegmentTurn.Watch(ref lookout, state, playbooks, from);
        }

        // Last, since what comes before the floor spares looking for the median gap.
        if (lookout.To > state.LastSeen + playbook.Journey.Lapse.Floor && state.LapseDue(playbook.Journey.Lapse) is { } lapse)
        {
            lookout.Expect(lapse + Longer);
        }

        return new Due(lookout.To, lookout.IsCertain);
    }

    private static readonly TimeSpan Longer = TimeSpan.FromMilliseconds(1);

    private static void WatchRelationship(ref Lookout lookout, CustomerState state, JourneyRules rules, Instant from)
    {
        if (rules.Moving(state.Stage) is { } moves)
        {
            lookout.Watch(new Condition(moves), acting: true, from);
        }

        if (rules.AtRisk.Turning(state.AtRisk) is { } risk)
        {
            lookout.Watch(new Condition(risk), acting: true, from);
        }

        if (rules.InRecovery.Turning(state.InRecovery) is { } recovery)
        {
            lookout.Watch(new Condition(recovery), acting: true, from);
        }
    }
}
