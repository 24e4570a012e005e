using System.Collections.Immutable;
using System.Diagnostics;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Journey;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain;

/// <summary>
/// The whole of a turn: synchronous, without I/O, clock or chance. <see cref="Decide"/> finds facts and applies each by the same
/// function that <see cref="Evolve"/> folds with, so a live customer and a replayed one are equal by construction.
/// </summary>
public static class Customer
{
    /// <summary>
    /// Takes one turn. <paramref name="state"/> is the caller's working copy: after <see cref="TurnOutcome.Done"/> it has the turn,
    /// after any other outcome it is untouched, and after an exception it is to be thrown away.
    /// <list type="number">
    /// <item>Refuse what is malformed.</item>
    /// <item>Recognise an id that was answered.</item>
    /// <item>Meet a new customer; adopt the playbook's measures.</item>
    /// <item>Date the lapse that the silence before now has proved.</item>
    /// <item>Observe the interaction: activity, engagement, money, episode.</item>
    /// <item>Move the relationship.</item>
    /// <item>Decide at each placement.</item>
    /// </list>
    /// </summary>
    /// <param name="now">The time at which the turn is recorded. An interaction is valued on the customer's own clock.</param>
    /// <param name="history">What history says of the id, once <see cref="TurnOutcome.AskHistory"/> asked.</param>
    public static TurnOutcome Decide(
        CustomerState state, TurnRequest request, Playbook playbook, Instant now, HistoryVerdict history = default)
    {
        // 1. Refuse what is malformed.
        if (RequestRules.Check(request, playbook, now) is { } refusal)
        {
            return new TurnOutcome.Refused(refusal);
        }

        // 2. Recognise an id that was answered.
        if (request.Id.Length > 0 && AnsweredBefore(state, request.Id, history) is { } answered)
        {
            return answered;
        }

        // 3. Meet a new customer; adopt the playbook's measures.
        var draft = new Draft(state, ImmutableArray.CreateBuilder<Fact>());
        var at = request.Type is null ? Instant.Later(state.LastSeen, now) : request.OccurredAt ?? now;
        if (state.Version == 0)
        {
            draft.Emit(new CustomerMet(request.Customer, at));
        }

        var measures = Measures.Of(playbook.Engagement);
        if (state.Engagement.Measures != measures)
        {
            draft.Emit(new MeasuresAdopted(measures));
        }

        // 4. Date the lapse that the silence before now has proved.
        JourneyTurn.Lapse(draft, playbook.Journey.Lapse, at);

        // 5. Observe the interaction: activity, engagement, money, episode.
        var clock = state.LastSeen;
        var evidence = Observe(draft, request, playbook, at);
        at = ValuedAt(state, request.Type is not null, now);
        var scores = state.Scores(playbook.Engagement, at);
        var scope = new Scope(state, scores, request, at);

        // 6. Move the relationship.
        JourneyTurn.Move(draft, playbook.Journey, scope, evidence, state.LastSeen > clock);
        JourneyTurn.Lay(draft, playbook.Journey, scope, evidence);
        var rise = state.IntimacyRise(at);
        if (rise >= playbook.Engagement.Shift.Points)
        {
            draft.Emit(new DelightNoticed(rise, at));
        }

        // 7. Decide at each placement.
        foreach (var name in request.Placements)
        {
            draft.Emit(DecisionTurn.Choose(playbook, name, scope, null));
        }

        var turn = draft.Finish(now, playbook.Version);
        return new TurnOutcome.Done(turn, Reply(state, turn, playbook, scores));
    }

    /// <summary>Folds one stored turn. Needs no playbook.</summary>
    /// <exception cref="ArgumentException">The turn is not the next one of this state.</exception>
    public static void Evolve(CustomerState state, in Turn turn)
    {
        if (turn.Version != state.Version + 1)
        {
            throw new ArgumentException($"turn {turn.Version} does not follow version {state.Version}", nameof(turn));
        }

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
        CheckVersions(after.Version, turn.Version, turn, playbook);
        var at = ValuedAt(after, turn.Observed is not null, turn.At);
        return Reply(after, turn, playbook, after.Scores(playbook.Engagement, at));
    }

    /// <summary>Recomputes why a decision of a turn was taken. <paramref name="before"/> is folded up to the turn before and is used up;
    /// <paramref name="decision"/> counts from 0; the playbook is that turn's.</summary>
    /// <exception cref="ArgumentException">State, turn and playbook don't belong together, or the turn has no such decision.</exception>
    /// <exception cref="InvalidOperationException">What was stored is not what comes out: one of the three is damaged.</exception>
    public static Receipt Explain(CustomerState before, Turn turn, int decision, Playbook playbook)
    {
        CheckVersions(before.Version + 1, turn.Version, turn, playbook);
        var left = decision;
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided && left-- == 0)
            {
                var at = ValuedAt(before, turn.Observed is not null, turn.At);
                return DecisionTurn.Explain(before, turn, decision, decided, playbook, at);
            }

            Apply(before, fact);
        }

        throw new ArgumentException($"turn {turn.Version} has no decision {decision}", nameof(decision));
    }

    /// <summary>The one place where a fact changes a state.</summary>
    internal static void Apply(CustomerState state, Fact fact)
    {
        switch (fact)
        {
            case CustomerMet met:
                state.Identity.Add(met.Identifier);
                state.Journey.Meet(met.At);
                break;
            case MeasuresAdopted adopted:
                state.Engagement.Adopt(adopted.Measures, state.LastSeen);
                break;
            case InteractionObserved observed:
                state.Activity.Observe(observed, state.Key);
                state.Journey.BeActive(observed.OccurredAt.UtcDay);
                state.Ids.Add(new SeenId(StableHash.Of(state.Key, observed.Id), state.Version + 1));
                break;
            case DecisionsAsked asked:
                if (asked.Id.Length > 0)
                {
                    state.Ids.Add(new SeenId(StableHash.Of(state.Key, asked.Id), state.Version + 1));
                }

                break;
            case EngagementEarned earned:
                state.Engagement.Earn(earned, state.LastSeen);
                break;
            case MoneyMoved moved:
                state.Value.Move(moved.Amount);
                break;
            case EpisodeMoved moved:
                state.Episodes.Move(moved);
                break;
            case StageChanged changed:
                state.Journey.Move(changed);
                break;
            case OverlayChanged changed:
                state.Journey.Lay(changed);
                if (changed.Overlay == Overlay.InRecovery)
                {
                    state.Engagement.RestartShift();
                }

                break;
            case DelightNoticed:
                state.Engagement.RestartShift();
                break;
            case Decided:
                state.Decisions++;
                break;
            default:
                throw new UnreachableException($"fact {fact.GetType().Name}");
        }
    }

    private static TurnOutcome? AnsweredBefore(CustomerState state, string id, HistoryVerdict history)
    {
        var hash = StableHash.Of(state.Key, id);
        return state.Ids.AnsweredAt(hash) switch
        {
            0 => null,
            { } version => new TurnOutcome.Repeated(version),
            null when !history.Asked => new TurnOutcome.AskHistory(hash),
            null => history.Version > 0 ? new TurnOutcome.Repeated(history.Version) : null,
        };
    }

    private static Evidence Observe(in Draft draft, TurnRequest request, Playbook playbook, Instant at)
    {
        if (request.Type is null)
        {
            draft.Emit(new DecisionsAsked(request.Id, request.Channel, request.Properties));
            return Evidence.None;
        }

        var known = playbook.TryInteraction(request.Type, out var rule);
        var item = rule?.ItemProperty is { } name && request.Properties.TryGet(name, out _) ? name : null;
        var evidence = rule?.Evidence ?? Evidence.None;
        draft.Emit(new InteractionObserved(
            request.Id, request.Type, request.Channel, at, request.Properties, known, evidence, item));
        if (rule is null)
        {
            return evidence;
        }

        var scope = new Scope(draft.State, default, request, at);
        var earned = rule.Weigh(scope);
        if (earned != default)
        {
            draft.Emit(new EngagementEarned(
                earned.Involvement, earned.Interaction, earned.Liked, earned.Disliked, earned.Influence, at));
        }

        if (rule.Revenue?.Amount(scope) is { } amount and not 0)
        {
            draft.Emit(new MoneyMoved(amount, at));
        }

        if (rule.Episode is { } episode && EpisodeKey(draft.State.Key, request.Properties, episode.KeyProperty) is { } key)
        {
            draft.Emit(new EpisodeMoved(key, episode.Phase, at));
        }

        return evidence;
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

    /// <summary>What is observed is valued on the customer's own clock; a mere question, now.</summary>
    private static Instant ValuedAt(CustomerState state, bool observed, Instant now) =>
        observed ? state.LastSeen : Instant.Later(state.LastSeen, now);

    private static TurnReply Reply(CustomerState after, Turn turn, Playbook playbook, in Scores scores) => new(
        after.Key, turn.Version, turn.Version, after.Stage, scores, DecisionTurn.Decisions(after.Key, turn, playbook), turn.Id);

    private static void CheckVersions(long reached, long version, Turn turn, Playbook playbook)
    {
        if (reached != version)
        {
            throw new ArgumentException($"the state reaches version {reached}, the turn is {version}", nameof(turn));
        }

        if (turn.PlaybookVersion != playbook.Version)
        {
            throw new ArgumentException(
                $"turn {version} was decided by playbook {turn.PlaybookVersion}, not {playbook.Version}", nameof(playbook));
        }
    }
}
