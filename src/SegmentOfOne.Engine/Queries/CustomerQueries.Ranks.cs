using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Queries;

/// <content>Where percentiles lie, and who is on the wrong side of one.</content>
internal sealed partial class CustomerQueries
{
    /// <summary>The percentiles of some scores, all valued at one time; the others stay empty, and so do all while there are no customers.</summary>
    public ValueTask<ScoreRanks> Ranks(IReadOnlySet<RankedScore> scores, EngagementRules rules, Instant at, CancellationToken ct) => Run(
        command =>
        {
            var sql = new RankSql(_store.Dialect, rules);
            var percentiles = ImmutableArray.CreateBuilder<ImmutableArray<double>>();
            Bind(command, "@at", at.UnixMilliseconds);
            foreach (var score in Enum.GetValues<RankedScore>())
            {
                var parts = new List<(long, long)>();
                if (scores.Contains(score))
                {
                    command.CommandText = sql.Histogram(score);
                    using var rows = command.ExecuteReader();
                    while (rows.Read())
                    {
                        parts.Add((rows.GetInt64(0), Convert.ToInt64(rows.GetValue(1))));
                    }
                }

                percentiles.Add(parts.Count == 0 ? [] : [.. RankSql.Percentiles(score, parts)]);
            }

            return new ScoreRanks(at, percentiles.DrainToImmutable());
        },
        ct);

    /// <summary>A page of customers whom a percentile segment may gain or lose as percentiles lie now, beyond a row, in order.</summary>
    /// <param name="enters">Those whom it may gain; else those whom it may lose.</param>
    public ValueTask<List<(long Number, CustomerKey Key)>> Misplaced(
        SegmentRule segment, ScoreRanks ranks, EngagementRules rules, bool enters, long after, int limit, CancellationToken ct)
    {
        var (score, bound) = segment.Percentile is { } percentile
            ? (percentile.Score, ranks.ScoreAt(percentile.Score, enters ? percentile.Enter : percentile.Leave))
            : throw new ArgumentException("It is no percentile segment.", nameof(segment));
        return bound is null ? ValueTask.FromResult(new List<(long, CustomerKey)>()) : Run(
            command =>
            {
                var sql = new RankSql(_store.Dialect, rules);
                command.CommandText = enters ? sql.From(score) : sql.Below(score);
                Bind(command, "@at", ranks.At.UnixMilliseconds);
                Bind(command, "@score", bound.Value);
                Bind(command, "@segment", segment.Name);
                Bind(command, "@number", after);
                Bind(command, "@limit", limit);
                var found = new List<(long, CustomerKey)>();
                using var rows = command.ExecuteReader();
                while (rows.Read())
                {
                    found.Add((rows.GetInt64(0), KeyColumn.Read(rows, 1)));
                }

                return found;
            },
            ct);
    }
}
