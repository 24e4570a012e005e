using SegmentOfOne.Domain.Clocks;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Segments;

/// <summary>How a turn moves a customer in and out of segments.</summary>
internal static class SegmentTurn
{
    /// <summary>Values every segment at the customer's clock; those that the playbook has no more are left.</summary>
    public static void Update(in Draft draft, PlaybookSet playbooks, in Scope scope)
    {
        var (state, rules) = (draft.State, playbooks.InForce.Segments);
        if (rules.IsEmpty && state.Segments.Stays.IsEmpty)
        {
            return;
        }

        if (scope.At == state.Clock)
        {
            Update(draft, playbooks, scope, rules.AsSpan());
        }
        else
        {
            Update(draft, playbooks, new Scope(state, state.Scores(playbooks.InForce.Engagement, state.Clock), null, state.Clock), rules.AsSpan());
        }
    }

    /// <summary>Watches for the first time at which a turn would move the customer.</summary>
    /// <param name="from">At the customer's own clock, what should have come before is due.</param>
    public static void Watch(ref Lookout lookout, CustomerState state, PlaybookSet playbooks, Instant from)
    {
        var stays = state.Segments.Stays;
        var place = 0;
        foreach (var rule in playbooks.InForce.Segments)
        {
            if (place < stays.Length && string.CompareOrdinal(stays[place].Segment, rule.Name) < 0)
            {
                break;
            }

            var isIn = place < stays.Length && stays[place].Segment == rule.Name;
            if (rule.Percentile is { } percentile)
            {
                Watch(ref lookout, percentile, isIn, playbooks.Ranks, from);
            }
            else if (rule.When is { } when && (when.Condition.Needs != Needs.Nothing || from == state.Clock)
                && lookout.Watch(new Condition(when.Condition), acting: !isIn, from)
                && from == state.Clock && !(isIn && stays[place].Since == from))
            {
                // What was entered at this very time is left only by what comes: else a segment and a journey could chase each other for ever.
                lookout.Expect(from);
                return;
            }

            place += isIn ? 1 : 0;
        }

        if (place < stays.Length)
        {
            lookout.Expect(from);
        }
    }

    private static void Watch(ref Lookout lookout, PercentileRule rule, bool isIn, ScoreRanks? ranks, Instant from)
    {
        if (ranks?.ScoreAt(rule.Score, isIn ? rule.Leave : rule.Enter) is not { } score)
        {
            return;
        }

        // Before the percentiles were taken they say nothing of the customer.
        var start = Instant.Later(from, ranks.At);
        if (start <= lookout.To && lookout.Watch(new Reaches(rule.Score, score), acting: !isIn, start))
        {
            lookout.Expect(start);
        }
    }

    private static void Update(in Draft draft, PlaybookSet playbooks, in Scope scope, ReadOnlySpan<SegmentRule> rules)
    {
        var segments = draft.State.Segments;
        var place = 0;
        foreach (var rule in rules)
        {
            while (place < segments.Stays.Length && string.CompareOrdinal(segments.Stays[place].Segment, rule.Name) < 0)
            {
                draft.Emit(new SegmentLeft(segments.Stays[place].Segment, scope.At));
            }

            var isIn = place < segments.Stays.Length && segments.Stays[place].Segment == rule.Name;
            var holds = Holds(rule, isIn, playbooks.Ranks, scope);
            if (holds && !isIn)
            {
                draft.Emit(new SegmentEntered(rule.Name, scope.At));
            }
            else if (isIn && !holds)
            {
                draft.Emit(new SegmentLeft(rule.Name, scope.At));
            }

            place += holds ? 1 : 0;
        }

        while (place < segments.Stays.Length)
        {
            draft.Emit(new SegmentLeft(segments.Stays[place].Segment, scope.At));
        }
    }

    /// <summary>A place among all customers changes only where it is known what place that is.</summary>
    private static bool Holds(SegmentRule rule, bool isIn, ScoreRanks? ranks, in Scope scope)
    {
        if (rule.Percentile is not { } percentile)
        {
            return rule.When is { } when && when.Holds(scope);
        }

        return ranks is not null && ranks.At <= scope.At && ranks.ScoreAt(percentile.Score, isIn ? percentile.Leave : percentile.Enter) is { } score
            ? Reaches.Of(scope.Customer, scope.Scores, percentile.Score) >= score
            : isIn;
    }
}
