using System.Collections.Immutable;
using System.Diagnostics;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Domain.Segments;

namespace SegmentOfOne.Domain;

/// <content>Turns by which two customers become one, or two again.</content>
public static partial class Customer
{
    /// <summary>The rule by which a customer's relationship, segments and journeys end or go on elsewhere when it is merged.</summary>
    public const string MergedRule = "merged";

    /// <summary>The rule by which they do when a merge is undone.</summary>
    public const string UnmergedRule = "unmerged";

    /// <summary>
    /// Takes a step of identity: one turn. A step that was taken before, or can't be taken, leaves the state untouched
    /// (<see cref="TurnOutcome.Stepped"/>).
    /// </summary>
    public static TurnOutcome Step(CustomerState state, IdentityStep step, PlaybookSet playbooks, Instant now)
    {
        if (step is not IdentityStep.Settle && state.Identity.Redirect is null && GiveWay(state, playbooks, now) is { } other)
        {
            return other;
        }

        return step switch
        {
            IdentityStep.Give give => Give(state, give, playbooks, now),
            IdentityStep.Take take => Take(state, take, playbooks, now),
            IdentityStep.CallOff off => Restore(state, off.Given, new CustomerRestored(off.Into, off.State, [], now), isCalledOff: true, playbooks, now),
            IdentityStep.GiveUp give => GiveUp(state, give, playbooks, now),
            IdentityStep.Restore restore => Restore(state, restore.Given, new CustomerRestored(restore.From, restore.State, restore.Ids, now), isCalledOff: false, playbooks, now),
            IdentityStep.Settle settle => Settle(state, settle, playbooks, now),
            _ => throw new UnreachableException($"step {step.GetType().Name}"),
        };
    }

    /// <summary>A customer of whom nothing is known but a name.</summary>
    public static CustomerState Named(CustomerKey key, Identifier name, Instant now)
    {
        var state = new CustomerState(key);
        Apply(state, new CustomerMet(name, now));
        return state;
    }

    /// <summary>Takes a stored turn again, as <see cref="Retelling"/> says.</summary>
    /// <returns>A playbook that isn't at hand; null: it was taken.</returns>
    internal static int? TryRetell(CustomerState state, Turn turn, PlaybookSet playbooks)
    {
        var request = turn.Request(state.Version == 0 || state.Identity.Identifiers.IsEmpty ? new Identifier("", "") : state.Identity.Identifiers[0]);
        foreach (var fact in turn.Facts)
        {
            if (fact is CustomerMet met)
            {
                request = request with { Customer = met.Identifier };
            }
            else if (fact is CameBy came && state.Identity.PartOf(came.Key) is not null)
            {
                request = request with { Via = new Detour(came.Key, 1) };
            }
            else if (fact is PartTaken taken)
            {
                return JourneysTurn.Missing(state, playbooks) is { } absent ? absent
                    : Take(state, new IdentityStep.Take(taken.Key, taken.Version, taken.State, request.Customer), playbooks, turn.At) is TurnOutcome.Done ? null
                    : throw new ArgumentException($"turn {turn.Version} can't be told again", nameof(turn));
            }
        }

        if (JourneysTurn.Missing(state, playbooks) is { } missing)
        {
            return missing;
        }

        return Decide(state, request, playbooks, turn.At, HistoryVerdict.NotSeen, [], new Telling(turn, IsAnew: true)) is TurnOutcome.Done or TurnOutcome.Repeated
            ? null
            : throw new ArgumentException($"turn {turn.Version} can't be told again", nameof(turn));
    }

    private static TurnOutcome Give(CustomerState state, IdentityStep.Give give, PlaybookSet playbooks, Instant now)
    {
        if (state.Identity.Redirect is { } redirect)
        {
            return new TurnOutcome.Stepped(redirect.Into == give.Into ? StepResult.Done : StepResult.Moved, redirect.Into);
        }

        if (UnsettledSince(state) is not null)
        {
            return new TurnOutcome.Stepped(StepResult.Outdated);
        }

        var draft = Begin(state, give.Name, playbooks.InForce, now);
        LeaveSegments(draft, now);
        MoveTo(draft, Stage.Merged, MergedRule, now);
        draft.Emit(new MergedInto(give.Into, give.IntoName, now));
        return Finish(draft, playbooks.InForce, now);
    }

    private static TurnOutcome Take(CustomerState state, IdentityStep.Take take, PlaybookSet playbooks, Instant now)
    {
        if (state.Identity.PartOf(take.Key) is not null)
        {
            return new TurnOutcome.Stepped(StepResult.Done);
        }

        if (state.Identity.GivenUpOf(take.Key) is { } up && up.Given >= take.Version)
        {
            // It has been taken and given back since, or was never taken: so it stays.
            return new TurnOutcome.Stepped(up.IsRefused && up.Given == take.Version ? StepResult.Refused : StepResult.Outdated);
        }

        var part = StateFormat.Read(take.State.Span, take.Key);
        if (state.Identity.Redirect is not null || !playbooks.InForce.Identity.HasRoom(state.Identity, part.Identity))
        {
            var refusal = state.Version == 0 ? Begin(state, take.Name, playbooks.InForce, now) : new Draft(state);
            refusal.Emit(new PartRefused(take.Key, take.Version, now));
            return Finish(refusal, playbooks.InForce, now);
        }

        var before = state.Clock;
        var draft = Begin(state, take.Name, playbooks.InForce, now);
        foreach (var run in state.Journeys.NotTakenOf(part.Journeys))
        {
            draft.Emit(Left(run with { Number = 0 }, MergedRule, now));
        }

        if (part.Version > 0 && state.Stage != part.Stage && (state.Stage == Stage.Lapsed || (part.Stage > state.Stage && part.Stage != Stage.Lapsed)))
        {
            MoveTo(draft, part.Stage, MergedRule, now);
        }

        draft.Emit(new PartTaken(take.Key, take.Version, take.State, now));
        GoOn(draft, playbooks, before, now);
        return Finish(draft, playbooks.InForce, now);
    }

    private static TurnOutcome GiveUp(CustomerState state, IdentityStep.GiveUp give, PlaybookSet playbooks, Instant now)
    {
        if (state.Identity.Redirect is { } redirect)
        {
            return new TurnOutcome.Stepped(StepResult.Moved, redirect.Into);
        }

        if (state.Version != give.At || state.Identity.PartOf(give.Key) is null)
        {
            return new TurnOutcome.Stepped(StepResult.Outdated);
        }

        var kept = StateFormat.Read(give.Kept.Span, state.Key);
        var draft = new Draft(state);
        LeaveSegments(draft, now);
        LeaveJourneys(draft, now);
        MoveTo(draft, kept.Stage, UnmergedRule, now);
        EnterSegments(draft, kept);
        EnterJourneys(draft, kept);
        draft.Emit(new PartGivenUp(give.Key, give.Kept, now));
        return Finish(draft, playbooks.InForce, now);
    }

    /// <param name="isCalledOff">Nobody has taken it, so its journeys were never left.</param>
    private static TurnOutcome Restore(CustomerState state, long given, CustomerRestored restored, bool isCalledOff, PlaybookSet playbooks, Instant now)
    {
        if (state.Identity.Redirect is not { } redirect || redirect.Into != restored.From || redirect.Version != given)
        {
            return new TurnOutcome.Stepped(StepResult.Done);
        }

        var after = StateFormat.Read(restored.State.Span, state.Key);
        var draft = new Draft(state);
        MoveTo(draft, after.Stage, UnmergedRule, now);
        EnterSegments(draft, after);
        if (!isCalledOff)
        {
            EnterJourneys(draft, after);
        }

        draft.Emit(restored);
        return Finish(draft, playbooks.InForce, now);
    }

    private static TurnOutcome Settle(CustomerState state, IdentityStep.Settle settle, PlaybookSet playbooks, Instant now)
    {
        var draft = new Draft(state);
        if (state.Identity.Redirect is { IsSettled: false } redirect && redirect.Into == settle.Key && redirect.Version == settle.Version)
        {
            draft.Emit(new MergeSettled(settle.Key));
        }
        else if (state.Identity.GivenUpOf(settle.Key) is { IsSettled: false } up && up.Version == settle.Version)
        {
            draft.Emit(new GivingUpSettled(settle.Key));
        }
        else
        {
            return new TurnOutcome.Stepped(StepResult.Done);
        }

        return Finish(draft, playbooks.InForce, now);
    }

    private static Draft Begin(CustomerState state, Identifier name, Playbook playbook, Instant met)
    {
        var draft = new Draft(state);
        if (state.Version == 0)
        {
            draft.Emit(new CustomerMet(name, met));
        }

        Adopt(draft, playbook);
        return draft;
    }

    /// <summary>What follows for the relationship, segments, touches and journeys from there being more to know.</summary>
    private static void GoOn(in Draft draft, PlaybookSet playbooks, Instant before, Instant now)
    {
        var (state, playbook) = (draft.State, playbooks.InForce);
        var scope = ScopeOfTime(state, new TurnRequest { Customer = state.Identity.Identifiers[0] }, playbook);
        Move(draft, playbook, scope, Evidence.None, cameBack: false);
        SegmentTurn.Update(draft, playbooks, scope);
        ContactTurn.Withdraw(draft, playbook.Contact, now);
        JourneysTurn.Advance(draft, playbooks, scope, before, now);
    }

    private static TurnOutcome.Done Finish(in Draft draft, Playbook playbook, Instant now)
    {
        var turn = draft.Finish(now, playbook.Version);
        var state = draft.State;
        return new TurnOutcome.Done(turn, DecisionTurn.Reply(turn, playbook, ScopeOfTime(state, new TurnRequest { Customer = state.Identity.Identifiers[0] }, playbook)));
    }

    // What comes in and what goes out of segments, stages and journeys balances, whoever is merged or parted.
    private static void LeaveSegments(in Draft draft, Instant now)
    {
        foreach (var stay in draft.State.Segments.Stays.ToArray())
        {
            draft.Emit(new SegmentLeft(stay.Segment, now));
        }
    }

    private static void EnterSegments(in Draft draft, CustomerState other)
    {
        foreach (var stay in other.Segments.Stays)
        {
            draft.Emit(new SegmentEntered(stay.Segment, stay.Since));
        }
    }

    private static void LeaveJourneys(in Draft draft, Instant now)
    {
        foreach (var run in draft.State.Journeys.Runs.ToArray())
        {
            draft.Emit(Left(run, UnmergedRule, now));
        }
    }

    private static void EnterJourneys(in Draft draft, CustomerState other)
    {
        foreach (var run in other.Journeys.Runs)
        {
            draft.Emit(new JourneyEntered(run.Journey, run.Number, run.Playbook, run.Key, run.EnteredAt));
            draft.Emit(new JourneyStepped(run.Journey, run.Number, "", run.Step, 0, run.Due, run.SteppedAt));
        }
    }

    private static void MoveTo(in Draft draft, Stage stage, string rule, Instant now)
    {
        if (draft.State.Stage != stage)
        {
            draft.Emit(new StageChanged(draft.State.Stage, stage, rule, Evidence.None, Instant.Later(now, draft.State.Journey.Since)));
        }
    }

    private static JourneyLeft Left(in JourneyRun run, string rule, Instant now) => new(
        run.Journey, run.Number, run.Step, JourneyEnd.Exited, rule,
        Math.Max(0, now.UnixMilliseconds - run.SteppedAt.UnixMilliseconds), Math.Max(0, now.UnixMilliseconds - run.EnteredAt.UnixMilliseconds), now);

    private static void Apply(CustomerState state, MergedInto merged)
    {
        state.Engagement.Forget();
        state.Journey.ForgetDays();
        state.Episodes.Clear();
        state.Activity.Clear();
        state.Value.Clear();
        state.Contact.Clear();
        state.Consent.Clear();
        state.Zones.Clear();
        state.Location.Clear();
        state.Segments.Clear();
        state.Traits.Clear();
        state.Journeys.Clear();
        state.Identity.Redirect = new Redirect(merged.Survivor, state.Version + 1, merged.At, IsSettled: false);
    }

    private static void Apply(CustomerState state, PartTaken taken)
    {
        var part = StateFormat.Read(taken.State.Span, taken.Key);
        var clock = Instant.Later(state.Clock, part.Clock);
        if (part.Engagement.Measures != state.Engagement.Measures)
        {
            part.Engagement.Adopt(state.Engagement.Measures, part.Clock);
        }

        state.Identity.Take(part.Identity, taken.Key, taken.Version, state.Key, state.Version + 1);
        state.Engagement.Absorb(part.Engagement, clock);
        state.Journey.Absorb(part.Journey);
        state.Episodes.Absorb(part.Episodes);
        state.Activity.Absorb(part.Activity);
        state.Value.Absorb(part.Value);
        state.Contact.Absorb(part.Contact, taken.Key, state.Version + 1);
        state.Consent.Absorb(part.Consent);
        state.Zones.Absorb(part.Zones);
        state.Location.Absorb(part.Location);
        state.Traits.Absorb(part.Traits);
        state.Journeys.Absorb(part.Journeys);
        state.Decisions += part.Decisions;
        state.LastDue = Instant.Later(state.LastDue, part.LastDue);
        if (state.Consent.Location.IsRefused)
        {
            state.Location.Clear();
        }
    }

    private static void Apply(CustomerState state, PartGivenUp given)
    {
        var (version, part) = (state.Version, state.Identity.PartOf(given.Key));
        Become(state, given.Kept);
        state.Identity.Add(new GivenUp(given.Key, version + 1, part?.Given ?? 0, given.At, IsSettled: false, IsRefused: false));
    }

    private static void Apply(CustomerState state, CustomerRestored restored)
    {
        var version = state.Version;
        Become(state, restored.State);
        foreach (var hash in restored.Ids)
        {
            state.Ids.Add(new SeenId(hash, version + 1));
        }
    }

    /// <summary>Makes a customer what it would have been; its turns, the ids that it answered and what it gave up stay.</summary>
    private static void Become(CustomerState state, StateBytes other)
    {
        var (version, before, ids) = (state.Version, state.Identity.GivenUp.ToArray(), new RecentIds());
        ids.Take(state.Ids);
        StateFormat.Read(other.Span, state.Key, state);
        state.Version = version;
        state.Ids.Take(ids);
        foreach (var one in before)
        {
            state.Identity.Add(one);
        }
    }
}
