using System.Collections.Immutable;

namespace SegmentOfOne.Domain.Playbooks;

/// <summary>What scores the percentiles of all customers had at a time, as a sketch of them says. It is refreshed now and then, so it has an age.</summary>
/// <param name="At">When the scores were valued.</param>
/// <param name="Percentiles">For each <see cref="RankedScore"/> in order the scores at percentile 0, 1, … 100; empty where there were no customers.</param>
public sealed record ScoreRanks(Instant At, ImmutableArray<ImmutableArray<double>> Percentiles)
{
    /// <summary>The score at a percentile from 0 to 100, between two whole ones in proportion; null when there were no customers.</summary>
    public double? ScoreAt(RankedScore score, double percentile)
    {
        var scores = Percentiles[(int)score];
        if (scores.IsEmpty)
        {
            return null;
        }

        var below = (int)percentile;
        var above = Math.Min(below + 1, scores.Length - 1);
        return scores[below] + ((scores[above] - scores[below]) * (percentile - below));
    }
}
