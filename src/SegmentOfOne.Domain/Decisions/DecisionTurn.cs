using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>How a turn decides, says what it decided, and later why.</summary>
internal static class DecisionTurn
{
    /// <summary>Decides at a placement; what was chosen is reserved at once, so the next decision of the turn counts it.</summary>
    public static void Choose(in Draft draft, Playbook playbook, string placement, int index, in Scope scope, Instant now)
    {
        var occasion = At(playbook, placement, scope, now);
        ZoneTurn.Adopt(draft, playbook, occasion.Placement, occasion.Channel, now);
        draft.Emit(Arbitration.Choose(occasion, index));
    }

    /// <summary>The reply of a turn whose facts the scope's customer has.</summary>
    public static TurnReply Reply(Turn turn, Playbook playbook, in Scope scope)
    {
        var key = scope.Customer.Key;
        var decisions = turn.Decisions is var count and > 0 ? new Decision[count] : [];
        var withdrawn = ImmutableArray<ReceiptId>.Empty;
        var next = 0;
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided)
            {
                decisions[next] = DecisionOf(decided, new ReceiptId(key, turn.Version, next), playbook, scope);
                next++;
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
        var occasion = At(playbook, decided.Placement, scope, turn.At);
        var recomputed = Arbitration.Choose(occasion, index);
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
            scope.At,
            turn.At,
            scope.Request!.Channel,
            occasion.Channel,
            occasion.Direction,
            decided.HeldUntil,
            scope.Customer.Stage,
            scope.Scores,
            candidates);
    }

    /// <summary>Adds the caps that held something back at a placement.</summary>
    public static void AddCapHits(List<CapRule> hits, Playbook playbook, string placement, in Scope scope, Instant now) =>
        CapHits.AddTo(hits, At(playbook, placement, scope, now));

    private static Occasion At(Playbook playbook, string name, in Scope scope, Instant now) =>
        playbook.TryPlacement(name, out var placement) && placement.ChannelOf(scope.Request!.Channel) is { } channel
            ? new Occasion(playbook, placement, channel, scope, now)
            : throw new ArgumentException($"playbook {playbook.Version} has no placement {name} that serves the channel of the request", nameof(playbook));

    private static Decision DecisionOf(Decided decided, ReceiptId id, Playbook playbook, in Scope scope)
    {
        var treatment = decided.Action is { } action && playbook.TryAction(action, out var rule)
            ? rule.Treatment(decided.Treatment)
            : null;
        return new Decision(decided, id, treatment?.Fill(scope) ?? Properties.Empty);
    }
}
