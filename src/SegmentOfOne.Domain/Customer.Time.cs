using SegmentOfOne.Domain.Clocks;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Journey;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Segments;

namespace SegmentOfOne.Domain;

/// <content>Turns that nobody asks for: what time alone brings about.</content>
public static partial class Customer
{
    /// <summary>
    /// Takes the turn of what is due first, if that is by now; one turn for each time at which something is due, dated then. So it comes out the
    /// same whether it is taken at once, late, or before the next thing that is asked.
    /// <list type="number">
    /// <item>Find the first time at which something is due.</item>
    /// <item>Let end what ends then: the relationship by silence, what is known of a place, consents, reservations.</item>
    /// <item>Move the relationship, and the customer in and out of segments.</item>
    /// <item>Withdraw what may no longer be delivered.</item>
    /// <item>Go on with journeys.</item>
    /// </list>
    /// <see cref="TurnOutcome.NothingDue"/>: <see cref="NextDue"/> says when to ask again.
    /// </summary>
    /// <param name="now">The time at which the turn is recorded, by which contact goes.</param>
    public static TurnOutcome Wake(CustomerState state, PlaybookSet playbooks, Instant now)
    {
        // 1. Find the first time at which something is due.
        if (UnsettledSince(state) + Limits.SettledAfter <= now)
        {
            return new TurnOutcome.Unsettled();
        }

        if (state.Identity.Redirect is not null)
        {
            return new TurnOutcome.NothingDue();
        }

        if (JourneysTurn.Missing(state, playbooks) is { } missing)
        {
            return new TurnOutcome.AskPlaybook(missing);
        }

        if (Dues.Within(state, playbooks, now) is not { } due)
        {
            return new TurnOutcome.NothingDue();
        }

        return Pass(state, playbooks, due, now, null);
    }

    /// <summary>When to call <see cref="Wake"/>: nothing is due before. Null: nothing ever will be, unless something happens.
    /// A lower bound, found quickly; at that time <see cref="Wake"/> finds out, and asking again from then gives the next.</summary>
    /// <param name="from">Up to when it is known that nothing is due; null: up to the customer's own clock.</param>
    public static Instant? NextDue(CustomerState state, PlaybookSet playbooks, Instant? from = null) =>
        state.Version == 0 ? null
        : state.Identity.IsPlain ? NextOfOwn(state, playbooks, from)
        : state.Identity.Redirect is not null ? UnsettledSince(state) + Limits.SettledAfter
        : Earlier(UnsettledSince(state) + Limits.SettledAfter, NextOfOwn(state, playbooks, from));

    private static Instant? NextOfOwn(CustomerState state, PlaybookSet playbooks, Instant? from) =>
        Dues.Next(state, playbooks, Instant.Later(state.Clock, from ?? Instant.Min))?.At;

    private static Instant? Earlier(Instant? a, Instant? b) => a is null || b < a ? b : a;

    /// <summary>Since when it isn't known whether the other side of a merge, or of its undoing, is done; null: all are.</summary>
    private static Instant? UnsettledSince(CustomerState state)
    {
        Instant? first = state.Identity.Redirect is { IsSettled: false } redirect ? redirect.At : null;
        foreach (var given in state.Identity.GivenUp)
        {
            first = given.IsSettled ? first : Earlier(first, given.At);
        }

        return first;
    }

    /// <summary>The turn of a time that came. It goes through steps 2 to 5 of <see cref="Wake"/>.</summary>
    /// <param name="told">The stored turn that is taken again; null while a turn happens.</param>
    private static TurnOutcome.Done Pass(CustomerState state, PlaybookSet playbooks, Instant due, Instant now, Turn? told)
    {
        // 2. Let end what ends then.
        var playbook = playbooks.InForce;
        var (before, released) = (state.Clock, state.LastDue);
        var draft = new Draft(state);
        draft.Emit(new TimeCame(due));
        Adopt(draft, playbook);
        JourneyTurn.Lapse(draft, playbook.Journey.Lapse, due);
        LocationTurn.Forget(draft, due);
        ConsentTurn.Expire(draft, playbook.Consent, due);
        ContactTurn.Release(draft, released, due);

        // 3. Move the relationship, and the customer in and out of segments.
        var request = new TurnRequest { Customer = state.Identity.Identifiers[0] };
        var scope = ScopeOfTime(state, request, playbook);
        Move(draft, playbook, scope, Evidence.None, cameBack: false);
        if (told is null)
        {
            SegmentTurn.Update(draft, playbooks, scope);
        }

        // 4. Withdraw what may no longer be delivered.
        ContactTurn.Withdraw(draft, playbook.Contact, now);

        // 5. Go on with journeys.
        if (told is null)
        {
            JourneysTurn.Advance(draft, playbooks, scope, before, now);
        }
        else
        {
            Repeat(draft, told);
        }

        var turn = draft.Finish(now, playbook.Version);
        return new TurnOutcome.Done(turn, DecisionTurn.Reply(turn, playbook, scope));
    }

    /// <summary>What time brings about is valued on the customer's own clock, with the time that came.</summary>
    private static Scope ScopeOfTime(CustomerState state, TurnRequest request, Playbook playbook) =>
        new(state, state.Scores(playbook.Engagement, state.Clock), request, state.Clock);

    private static TurnOutcome? GiveWay(CustomerState state, PlaybookSet playbooks, Instant until) =>
        state.Version == 0 ? null
        : JourneysTurn.Missing(state, playbooks) is { } missing ? new TurnOutcome.AskPlaybook(missing)
        : Dues.Within(state, playbooks, until) is not null ? new TurnOutcome.DueFirst()
        : null;

    private static void Adopt(in Draft draft, Playbook playbook)
    {
        var measures = playbook.Engagement.Measures;
        if (draft.State.Engagement.Measures != measures)
        {
            draft.Emit(new MeasuresAdopted(measures));
        }
    }

    private static void Move(in Draft draft, Playbook playbook, in Scope scope, Evidence evidence, bool cameBack)
    {
        JourneyTurn.Move(draft, playbook.Journey, scope, evidence, cameBack);
        JourneyTurn.Lay(draft, playbook.Journey, scope, evidence);
        var rise = draft.State.IntimacyRise(scope.At);
        if (rise >= playbook.Engagement.Shift.Points)
        {
            draft.Emit(new DelightNoticed(rise, scope.At));
        }
    }

    /// <summary>What callers were answered stands as it was told, with the offsets that it read.</summary>
    private static void RepeatDecisions(in Draft draft, Turn told)
    {
        foreach (var fact in told.Facts)
        {
            if (fact is OffsetAdopted or Decided { AskedBy: null })
            {
                draft.Emit(fact);
            }
        }
    }

    /// <summary>What time, segments and journeys did stands as it was told: they are no decision that a caller asked for.</summary>
    private static void Repeat(in Draft draft, Turn told)
    {
        foreach (var fact in told.Facts)
        {
            if (fact is SegmentEntered or SegmentLeft or TraitAdopted or TraitGained or TraitSet or JourneyEntered or JourneyStepped or JourneyMoved
                or JourneyLeft or JourneyBarred or MessageLeft or Decided { AskedBy: not null })
            {
                draft.Emit(fact);
            }
        }
    }
}
