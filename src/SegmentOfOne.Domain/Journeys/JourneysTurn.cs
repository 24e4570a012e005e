using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Journeys;

/// <summary>How a turn moves a customer through journeys.</summary>
internal static class JourneysTurn
{
    /// <summary>
    /// <list type="number">
    /// <item>Move runs of earlier playbooks that the one in force takes over.</item>
    /// <item>Each run, in order of number: the goal, the exit criteria, what it waits for, what is due.</item>
    /// <item>Each journey whose trigger fired, in order of id: enter, or say why not.</item>
    /// <item>Each run that stands at a step which takes no time: go on until it waits or ends.</item>
    /// </list>
    /// </summary>
    /// <param name="scope">With the request of this turn.</param>
    /// <param name="before">The customer's own clock before the turn.</param>
    public static void Advance(in Draft draft, PlaybookSet playbooks, in Scope scope, Instant before, Instant now)
    {
        var state = draft.State;
        var fired = playbooks.InForce.Triggers.IsEmpty ? 0 : FiredBy(draft, playbooks, before, now);
        if (fired == 0 && state.Journeys.Runs.IsEmpty)
        {
            return;
        }

        var clock = new Scope(state, state.Scores(playbooks.InForce.Engagement, state.Clock), scope.Request, state.Clock);
        var walk = new JourneyWalk(draft, playbooks, clock, now);
        walk.TakeOver();
        walk.GoOn();
        walk.Enter(fired);
        walk.Walk();
    }

    /// <summary>A playbook that a run is pinned to and that isn't at hand; null: all are.</summary>
    public static int? Missing(CustomerState state, PlaybookSet playbooks)
    {
        foreach (ref readonly var run in state.Journeys.Runs)
        {
            if (JourneyWalk.TakenOver(run, playbooks.InForce) is null && !playbooks.TryGet(run.Playbook, out _))
            {
                return run.Playbook;
            }
        }

        return null;
    }

    /// <summary>The first time at which a run goes on by itself, whether it has come or not, or after <paramref name="from"/> a date lets the
    /// customer in; null: there is none. Something is due then, surely.</summary>
    public static Instant? NextDue(CustomerState state, PlaybookSet playbooks, Instant from)
    {
        Instant? first = null;
        foreach (ref readonly var run in state.Journeys.Runs)
        {
            if (run.Due is { } due && (first is null || due < first))
            {
                first = due;
            }
        }

        var triggers = playbooks.InForce.Triggers;
        for (var left = triggers.Dates; left != 0; left &= left - 1)
        {
            if (JourneyDates.Next(triggers.DateOf(left), state, playbooks, from) is { } date && (first is null || date < first))
            {
                first = date;
            }
        }

        return first;
    }

    /// <summary>The journeys in force whose triggers fired in this turn, a bit each; whether they may be entered is asked later.</summary>
    private static ulong FiredBy(in Draft draft, PlaybookSet playbooks, Instant before, Instant now)
    {
        var triggers = playbooks.InForce.Triggers;
        var fired = 0UL;
        var woken = false;
        foreach (var fact in draft.State.Drafted)
        {
            switch (fact)
            {
                case TimeCame:
                    woken = true;
                    break;
                case InteractionObserved observed:
                    fired |= triggers.OfType(observed.Type, now - observed.OccurredAt);
                    break;
                case StageChanged changed when changed.To == draft.State.Stage:
                    fired |= triggers.OfStage(changed.To);
                    break;
                case SegmentEntered entered:
                    fired |= triggers.OfSegment(entered.Segment, entered: true);
                    break;
                case SegmentLeft left:
                    fired |= triggers.OfSegment(left.Segment, entered: false);
                    break;
            }
        }

        return fired | (triggers.Dates == 0 ? 0 : DatesBetween(woken ? before : Instant.Later(before, now), draft.State, playbooks));
    }

    /// <summary>The dates that came by the customer's clock. An interaction gives way to those that are over by now, so it meets none but when it
    /// is told ahead of its time.</summary>
    private static ulong DatesBetween(Instant from, CustomerState state, PlaybookSet playbooks)
    {
        var triggers = playbooks.InForce.Triggers;
        var fired = 0UL;
        for (var left = from < state.Clock ? triggers.Dates : 0; left != 0; left &= left - 1)
        {
            if (JourneyDates.Next(triggers.DateOf(left), state, playbooks, from) is { } date && date <= state.Clock)
            {
                fired |= left & (~left + 1);
            }
        }

        return fired;
    }
}
