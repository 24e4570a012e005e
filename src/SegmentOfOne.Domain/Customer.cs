using System.Collections.Immutable;
using System.Diagnostics;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Journey;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;
using SegmentOfOne.Domain.Segments;
using SegmentOfOne.Domain.Traits;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain;

/// <summary>
/// The whole of a turn: synchronous, without I/O, clock or chance. <see cref="Decide"/> finds facts and applies each by the same
/// function that <see cref="Evolve"/> folds with, so a live customer and a replayed one are equal by construction.
/// </summary>
public static partial class Customer
{
    /// <summary>
    /// Takes one turn. <paramref name="state"/> is the caller's working copy: after <see cref="TurnOutcome.Done"/> it has the turn,
    /// after any other outcome it is untouched, and after an exception it is to be thrown away.
    /// <list type="number">
    /// <item>Refuse what is malformed.</item>
    /// <item>Recognise an id that was answered; give way to the customer that this one is part of; refuse what the customer doesn't want to be tracked by, and
    /// an amount of money that is out of bounds; look into it when the interaction claims another name of the customer.</item>
    /// <item>Give way to what became due before (<see cref="Wake"/>).</item>
    /// <item>Meet a new customer; adopt the playbook's measures; forget what may be known no longer.</item>
    /// <item>Observe the interaction: activity, engagement, money, episode, consent, zone, a channel's report, traits, location.</item>
    /// <item>Move the relationship, and the customer in and out of segments.</item>
    /// <item>Withdraw what may no longer be delivered.</item>
    /// <item>Go on with journeys.</item>
    /// <item>Decide at each placement.</item>
    /// </list>
    /// </summary>
    /// <param name="now">The time at which the turn is recorded. An interaction is valued on the customer's own clock; contact goes by this one.</param>
    /// <param name="history">What history says of the id, once <see cref="TurnOutcome.AskHistory"/> asked.</param>
    /// <param name="refused">The claims that were refused, once <see cref="TurnOutcome.AskIdentity"/> asked.</param>
    public static TurnOutcome Decide(
        CustomerState state, TurnRequest request, PlaybookSet playbooks, Instant now, HistoryVerdict history = default, ImmutableArray<RefusedClaim> refused = default) =>
        Decide(state, request, playbooks, now, history, refused.IsDefault ? [] : refused, default);

    /// <summary>Folds one stored turn. Needs no playbook.</summary>
    /// <exception cref="ArgumentException">The turn is not the next one of this state.</exception>
    public static void Evolve(CustomerState state, in Turn turn)
    {
        if (turn.Version != state.Version + 1)
        {
            throw new ArgumentException($"turn {turn.Version} does not follow version {state.Version}", nameof(turn));
        }

        state.AskedBy = state.Key;
        foreach (var fact in turn.Facts)
        {
            Apply(state, fact);
        }

        state.Version = turn.Version;
    }

    /// <summary>The reply of a turn, the same each time. <paramref name="after"/> is folded up to that turn and no further;
    /// the playbook is that turn's.</summary>
    /// <exception cref="ArgumentException">State, turn and playbook don't belong together.</exception>
    public static TurnReply Reply(CustomerState after, Turn turn, Playbook playbook)
    {
        CheckVersions(after.Version, turn, playbook);
        return DecisionTurn.Reply(turn, playbook, ScopeOf(after, turn, null, playbook));
    }

    /// <summary>Recomputes why a decision of a turn was taken. <paramref name="before"/> is folded up to the turn before and is used up;
    /// <paramref name="decision"/> counts from 0; the playbook is that turn's.</summary>
    /// <exception cref="ArgumentException">State, turn and playbook don't belong together, or the turn has no such decision.</exception>
    /// <exception cref="InvalidOperationException">What was stored is not what comes out: one of the three is damaged.</exception>
    public static Receipt Explain(CustomerState before, Turn turn, int decision, Playbook playbook)
    {
        CheckVersions(before.Version + 1, turn, playbook);
        var left = decision;
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided && left-- == 0)
            {
                return DecisionTurn.Explain(turn, decision, decided, playbook, ScopeOf(before, turn, decided, playbook));
            }

            Apply(before, fact);
        }

        throw new ArgumentException($"turn {turn.Version} has no decision {decision}", nameof(decision));
    }

    /// <summary>The caps that held something back at the decisions of a turn that its caller asked for: for each every cap that was full for a candidate which
    /// the gates before had let pass. <paramref name="before"/> is folded up to the turn before and is used up; the playbook is that turn's.</summary>
    /// <exception cref="ArgumentException">State, turn and playbook don't belong together.</exception>
    public static ImmutableArray<CapRule> CapHits(CustomerState before, Turn turn, Playbook playbook)
    {
        CheckVersions(before.Version + 1, turn, playbook);
        var hits = new List<CapRule>();
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided { AskedBy: null } decided)
            {
                DecisionTurn.AddCapHits(hits, playbook, decided, ScopeOf(before, turn, decided, playbook), turn.At);
            }

            Apply(before, fact);
        }

        return [.. hits];
    }

    /// <summary>What a stored turn would have been under another playbook: what the caller asked for, that is; segments, traits and journeys stay
    /// as they were told. The decisions are exact for the state given; how the customer
    /// would have reacted to them is not known. Where the customer was is as it was noted then, since the exact place isn't kept.</summary>
    /// <param name="before">Folded up to the turn before; afterwards it has the other turn. With the state as it really was, turn by turn, decisions
    /// are compared each by itself; with the state of the other turns before, whole histories are.</param>
    /// <exception cref="ArgumentException">State and turn don't belong together.</exception>
    public static Alternative WhatIf(CustomerState before, Turn turn, Playbook playbook)
    {
        CheckFollows(before.Version + 1, turn);
        if (turn.IsOfIdentity)
        {
            Evolve(before, turn);
            return new Alternative(turn, []);
        }

        if (turn.Facts is [TimeCame came, ..])
        {
            return Alternative.Of(Pass(before, PlaybookSet.Of(playbook), came.Due, turn.At, turn), [], []);
        }

        var customer = before.Version > 0 ? before.Identity.Identifiers[0] : turn.Facts.OfType<CustomerMet>().Single().Identifier;
        var request = turn.Request(customer);
        var places = request.Placements;
        var shared = places.RemoveAll(name => !playbook.TryPlacement(name, out var placement) || !placement.Serves(request.Channel));
        return Decide(before, request with { Placements = shared }, PlaybookSet.Of(playbook), turn.At, HistoryVerdict.NotSeen, [], new Telling(turn, IsAnew: false)) is TurnOutcome.Done done
            ? Alternative.Of(done, places, shared)
            : throw new ArgumentException($"turn {turn.Version} was answered before", nameof(turn));
    }

    private static TurnOutcome Decide(
        CustomerState state, TurnRequest given, PlaybookSet playbooks, Instant now, HistoryVerdict history, ImmutableArray<RefusedClaim> refused, in Telling telling)
    {
        var told = telling.Turn;
        var playbook = playbooks.InForce;

        // 1. Refuse what is malformed.
        if (RequestRules.Check(given, playbook, now) is { } refusal)
        {
            return new TurnOutcome.Refused(refusal);
        }

        // 2. Recognise an id that was answered; give way to the customer that this one is part of; refuse what the customer doesn't want to be tracked by,
        // and an amount of money that is out of bounds; look into it when the interaction claims another name of the customer.
        if (given.Id.Length > 0 && AnsweredBefore(state, given, history) is { } answered)
        {
            return answered;
        }

        if (state.Identity.Redirect is { } redirect)
        {
            return new TurnOutcome.Moved(redirect.Into);
        }

        if (given.Via is { } via && state.Identity.PartOf(via.Key) is null)
        {
            return new TurnOutcome.NotPart(via.Key);
        }

        var rule = given.Type is not null && playbook.TryInteraction(given.Type, out var known) ? known : null;
        if (told is null && (RequestRules.CheckTracking(rule, state) ?? RequestRules.CheckAmount(rule, new Scope(state, default, given, now))) is { } excess)
        {
            return new TurnOutcome.Refused(excess);
        }

        if (told is null && IdentityTurn.Claims(state, given, rule, playbook.Identity, ref refused) is { IsEmpty: false } claims)
        {
            return new TurnOutcome.AskIdentity(claims);
        }

        // 3. Give way to what became due before.
        var before = state.Clock;
        var at = given.Type is null ? Instant.Later(state.LastSeen, now) : given.OccurredAt ?? now;
        if (told is null && GiveWay(state, playbooks, Instant.Earlier(at, now)) is { } other)
        {
            return other;
        }

        // 4. Meet a new customer; adopt the playbook's measures; forget what may be known no longer.
        var draft = new Draft(state);
        if (state.Version == 0)
        {
            draft.Emit(new CustomerMet(given.Customer, at));
        }

        IdentityTurn.Observe(draft, given.Via, refused, at);
        Adopt(draft, playbook);
        JourneyTurn.Lapse(draft, playbook.Journey.Lapse, at);
        LocationTurn.Forget(draft, now);

        // 5. Observe the interaction: activity, engagement, money, episode, consent, zone, a channel's report, traits, location.
        var clock = state.LastSeen;
        var request = LocationTurn.WithoutPlace(given, rule);
        if (request.Type is null)
        {
            draft.Emit(new DecisionsAsked(request.Id, request.Channel, request.Properties));
        }
        else
        {
            Observe(draft, request, request.Type, rule, playbook, at, now);
            LocationTurn.Observe(draft, given, rule, playbook.Location, at, now, told);
            if (told is null || telling.IsAnew)
            {
                TraitTurn.Observe(draft, playbook, request, at);
            }
        }

        var scope = ScopeOf(state, request, playbook, now);

        // 6. Move the relationship, and the customer in and out of segments.
        Move(draft, playbook, scope, rule?.Evidence ?? Evidence.None, state.LastSeen > clock);
        if (told is null || telling.IsAnew)
        {
            SegmentTurn.Update(draft, playbooks, scope);
        }

        // 7. Withdraw what may no longer be delivered.
        ContactTurn.Withdraw(draft, playbook.Contact, now);

        // 8. Go on with journeys.
        if (told is null || telling.IsAnew)
        {
            JourneysTurn.Advance(draft, playbooks, scope, before, now);
        }
        else
        {
            Repeat(draft, told);
        }

        // 9. Decide at each placement.
        if (told is not null && telling.IsAnew)
        {
            RepeatDecisions(draft, told);
        }
        else
        {
            var first = draft.Decisions;
            for (var i = 0; i < request.Placements.Length; i++)
            {
                DecisionTurn.Choose(draft, playbook, request.Placements[i], first + i, scope, now);
            }
        }

        var turn = draft.Finish(now, playbook.Version);
        return new TurnOutcome.Done(turn, DecisionTurn.Reply(turn, playbook, scope));
    }

    /// <summary>An id is unique among those told of the identifier by which the customer is named.</summary>
    private static TurnOutcome? AnsweredBefore(CustomerState state, TurnRequest request, HistoryVerdict history)
    {
        var hash = StableHash.Of(request.Via?.Key ?? state.Key, request.Id);
        return state.Ids.AnsweredAt(hash) switch
        {
            0 => null,
            { } version => new TurnOutcome.Repeated(version),
            null when !history.Asked => new TurnOutcome.AskHistory(hash),
            null => history.Version > 0 ? new TurnOutcome.Repeated(history.Version) : null,
        };
    }

    private static void Observe(
        in Draft draft, TurnRequest request, string type, InteractionRule? rule, Playbook playbook, Instant at, Instant now)
    {
        var item = rule?.ItemProperty is { } name && request.Properties.TryGet(name, out _) ? name : null;
        draft.Emit(new InteractionObserved(
            request.Id, type, request.Channel, at, request.Properties, rule is not null, rule?.Evidence ?? Evidence.None, item));
        ZoneTurn.Observe(draft, playbook.Contact.ZoneProperty, request.Properties, at);
        if (rule is null)
        {
            return;
        }

        var scope = new Scope(draft.State, default, request, at);
        var earned = rule.Weigh(scope);
        if (earned != default)
        {
            draft.Emit(new EngagementEarned(
                earned.Involvement, earned.Interaction, earned.Liked, earned.Disliked, earned.Influence, at));
        }

        if (rule.Revenue is { } revenue && revenue.TryAmount(scope, out var amount) && amount != 0)
        {
            draft.Emit(new MoneyMoved(amount, at));
        }

        if (rule.Episode is { } episode && EpisodeKey(draft.State.Key, request.Properties, episode.KeyProperty) is { } key)
        {
            draft.Emit(new EpisodeMoved(key, episode.Phase, at));
        }

        ConsentTurn.Observe(draft, rule.Consent, request, at);
        ContactTurn.Report(draft, rule.Report, request.Properties, playbook.Contact.Trust, now);
    }

    private static string? EpisodeKey(CustomerKey customer, Properties properties, string property)
    {
        if (!properties.TryGet(property, out var value) || value.Kind == PropertyKind.Truth)
        {
            return null;
        }

        var key = value.ToString();
        return key.Length switch
        {
            0 => null,
            <= Limits.EpisodeKeyLength => key,
            _ => "#" + StableHash.Of(customer, value).ToString("x16"),
        };
    }

    /// <summary>What is observed is valued on the customer's own clock, which doesn't go back; a mere question, now.</summary>
    private static Scope ScopeOf(CustomerState state, TurnRequest request, Playbook playbook, Instant now)
    {
        var at = request.Type is not null ? state.Clock : Instant.Later(state.Clock, now);
        return new Scope(state, state.Scores(playbook.Engagement, at), request, at);
    }

    /// <summary>What a stored turn was valued against, or one decision of it.</summary>
    private static Scope ScopeOf(CustomerState state, Turn turn, Decided? decided, Playbook playbook)
    {
        if (decided?.AskedBy is { } ask)
        {
            return DecisionTurn.ScopeOf(ask, state, state.Scores(playbook.Engagement, state.Clock), state.Clock);
        }

        var request = turn.Request(state.Identity.Identifiers[0]);
        return turn.IsOfTime || turn.IsOfIdentity ? ScopeOfTime(state, request, playbook) : ScopeOf(state, request, playbook, turn.At);
    }

    private static void CheckFollows(long reached, Turn turn)
    {
        if (reached != turn.Version)
        {
            throw new ArgumentException($"the state reaches version {reached}, the turn is {turn.Version}", nameof(turn));
        }
    }

    private static void CheckVersions(long reached, Turn turn, Playbook playbook)
    {
        CheckFollows(reached, turn);
        if (turn.PlaybookVersion != playbook.Version)
        {
            throw new ArgumentException(
                $"turn {turn.Version} was decided by playbook {turn.PlaybookVersion}, not {playbook.Version}", nameof(playbook));
        }
    }
}
