using System.Collections.Frozen;
using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>How a turn decides, answers with its decisions, and explains them later.</summary>
internal static class DecisionTurn
{
    /// <summary>What is decided at a placement. With <paramref name="all"/> every candidate is put there, in order.</summary>
    public static Decided Choose(Playbook playbook, string placement, in Scope scope, ImmutableArray<Candidate>.Builder? all)
    {
        if (!playbook.TryPlacement(placement, out var rule))
        {
            throw new ArgumentException($"playbook {playbook.Version} has no placement {placement}", nameof(playbook));
        }

        return Arbitration.Choose(rule, scope, all) is { } chosen
            ? new Decided(placement, chosen.Action, chosen.Treatment, 1, chosen.Likelihood, chosen.Priority)
            : new Decided(placement, null, null, 1, 0, 0);
    }

    /// <summary>The decisions of a turn as its caller gets them, in the order in which they were asked for.</summary>
    public static ImmutableArray<Decision> Decisions(CustomerKey key, Turn turn, Playbook playbook)
    {
        var count = turn.Decisions;
        if (count == 0)
        {
            return [];
        }

        var decisions = ImmutableArray.CreateBuilder<Decision>(count);
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided)
            {
                decisions.Add(new Decision(
                    decided.Placement,
                    decided.Action,
                    decided.Treatment,
                    decided.Propensity,
                    decided.Likelihood,
                    decided.Priority,
                    new ReceiptId(key, turn.Version, decisions.Count),
                    ContentOf(playbook, decided)));
            }
        }

        return decisions.MoveToImmutable();
    }

    /// <summary>Decides again what a turn decided, on the state and at the time it saw, and writes down every candidate.</summary>
    /// <exception cref="InvalidOperationException">What was stored is not what comes out.</exception>
    public static Receipt Explain(
        CustomerState seen, Turn turn, int index, Decided decided, Playbook playbook, Instant at)
    {
        var request = turn.Request(seen.Identity.Identifiers[0]);
        var scores = seen.Scores(playbook.Engagement, at);
        var candidates = ImmutableArray.CreateBuilder<Candidate>();
        var again = Choose(playbook, decided.Placement, new Scope(seen, scores, request, at), candidates);
        if (again != decided)
        {
            throw new InvalidOperationException(
                $"decision {index} of turn {turn.Version} says {decided.Action ?? "no action"}, recomputed it is {again.Action ?? "no action"}");
        }

        return new Receipt(
            new ReceiptId(seen.Key, turn.Version, index),
            decided.Placement,
            decided.Action,
            decided.Treatment,
            decided.Propensity,
            turn.PlaybookVersion,
            at,
            request.Channel,
            seen.Stage,
            scores,
            candidates.DrainToImmutable());
    }

    private static FrozenDictionary<string, string> ContentOf(Playbook playbook, Decided decided)
    {
        if (decided.Treatment is not null && playbook.TryPlacement(decided.Placement, out var placement))
        {
            foreach (var action in placement.Candidates)
            {
                foreach (var treatment in action.Treatments)
                {
                    if (action.Id == decided.Action && treatment.Id == decided.Treatment)
                    {
                        return treatment.Content;
                    }
                }
            }
        }

        return FrozenDictionary<string, string>.Empty;
    }
}
