using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>How a turn decides, says what it decided, and later why.</summary>
internal static class DecisionTurn
{
    /// <summary>Decides at a placement; what was chosen is reserved at once, so the next decision of the turn counts it.</summary>
    /// <param name="ask">Of the journey that asks; null: the caller does.</param>
    public static void Choose(
        in Draft draft, Playbook playbook, string placement, int index, in Scope scope, Instant now, JourneyAsk? ask = null)
    {
        var occasion = At(playbook, placement, scope, now, ask);
        ZoneTurn.Adopt(draft, playbook, occasion.Placement, occasion.Channel, now);
        draft.Emit(Arbitration.Choose(occasion, index, ask));
    }

    /// <summary>What a journey's decision is valued against: no interaction is at hand, only the channel.</summary>
    public static Scope ScopeOf(JourneyAsk ask, CustomerState state, scoped in Scores scores, Instant at) =>
        new(state, scores, new TurnRequest { Customer = state.Identity.Identifiers[0], Channel = ask.Channel }, at);

    /// <summary>The reply of a turn whose facts the scope's customer has: with the decisions that the caller asked for.</summary>
    public static TurnReply Reply(Turn turn, Playbook playbook, in Scope scope)
    {
        var key = scope.Customer.Key;
        var decisions = turn.Asked is var count and > 0 ? new Decision[count] : [];
        var withdrawn = ImmutableArray<ReceiptId>.Empty;
        var (next, index) = (0, 0);
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided)
            {
                if (decided.AskedBy is null)
                {
                    decisions[next++] = DecisionOf(decided, new ReceiptId(key, turn.Version, index), playbook, scope);
                }

                index++;
            }
            else if (fact is TouchWithdrawn touch)
            {
                withdrawn = withdrawn.Add(new ReceiptId(key, touch.Version, touch.Index));
            }
        }

        return new TurnReply(
            key, turn.Version, turn.Version, scope.Customer.Stage, scope.Scores, ImmutableCollectionsMarshal.AsImmutableArray(decisions), turn.Id)
        {
            PlaybookVersion = turn.PlaybookVersion,
            Withdrawn = withdrawn,
        };
    }

    /// <summary>Recomputes a decision from the state that it saw.</summary>
    /// <exception cref="InvalidOperationException">What was stored is not what comes out.</exception>
    public static Receipt Explain(Turn turn, int index, Decided decided, Playbook playbook, in Scope scope)
    {
        var occasion = At(playbook, decided.Placement, scope, turn.At, decided.AskedBy);
        var recomputed = Arbitration.Choose(occasion, index, decided.AskedBy);
        if (recomputed != decided)
        {
            throw new InvalidOperationException(
                $"decision {index} of turn {turn.Version} says {decided.Action ?? "no action"}, recomputed it is {recomputed.Action ?? "no action"}");
        }

        var candidates = Gates.Explain(occasion);
        var chosen = candidates.FirstOrDefault(candidate => candidate.Verdict == Verdict.Chosen);
        if (chosen?.Action != decided.Action)
        {
            throw new InvalidOperationException(
                $"decision {index} of turn {turn.Version} chose {decided.Action ?? "no action"}, by its gates it is {chosen?.Action ?? "no action"}");
        }

        return new Receipt(
            new ReceiptId(scope.Customer.Key, turn.Version, index),
            decided.Placement,
            decided.Action,
            decided.Treatment,
            decided.Propensity,
            turn.PlaybookVersion,
            occasion.Scope.At,
            turn.At,
            scope.Request!.Channel,
            occasion.Channel,
            occasion.Direction,
            decided.HeldUntil,
            occasion.Scope.Customer.Stage,
            occasion.Scope.Scores,
            candidates);
    }

    /// <summary>Adds the caps that held something back at a placement.</summary>
    public static void AddCapHits(List<CapRule> hits, Playbook playbook, Decided decided, in Scope scope, Instant now) =>
        CapHits.AddTo(hits, At(playbook, decided.Placement, scope, now, decided.AskedBy));

    private static Occasion At(Playbook playbook, string name, in Scope scope, Instant now, JourneyAsk? ask) =>
        playbook.TryPlacement(name, out var placement) && placement.ChannelOf(scope.Request!.Channel) is { } channel
            ? new Occasion(playbook, placement, channel, scope, now, ask)
            : throw new ArgumentException($"playbook {playbook.Version} has no placement {name} that serves the channel of the request", nameof(playbook));

    private static Decision DecisionOf(Decided decided, ReceiptId id, Playbook playbook, in Scope scope)
    {
        var treatment = decided.Action is { } action && playbook.TryAction(action, out var rule)
            ? rule.Treatment(decided.Treatment)
            : null;
        return new Decision(decided, id, treatment?.Fill(Occasion.SeenBy(playbook, scope)) ?? Properties.Empty);
    }
}
