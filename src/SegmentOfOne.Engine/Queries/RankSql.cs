using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Queries;

/// <summary>
/// The SQL of percentiles: a histogram of what all customers have of a score, valued at @at, in so many parts that they are known to
/// <see cref="Width"/> points; an amount of money to half a percent. Two histograms of different customers add up.
/// </summary>
internal sealed class RankSql(QueryDialect dialect, EngagementRules rules)
{
    /// <summary>Points that one part of a histogram takes in.</summary>
    public const double Width = 0.05;

    /// <summary>Parts a natural logarithm's unit, of amounts of money.</summary>
    private const double PartsOfLog = 200;

    /// <summary>Counts customers by part: (part, customers).</summary>
    public string Histogram(RankedScore score) =>
        $"""
        SELECT p.part, COUNT(*) FROM (SELECT CAST(FLOOR({Part(score)}) AS BIGINT) AS part FROM {Customers}) p
        GROUP BY p.part ORDER BY p.part
        """;

    /// <summary>Finds members of @segment with less than @score, rows beyond @number: (number, key), in order.</summary>
    public string Below(RankedScore score) => Members(score, "", "<");

    /// <summary>Finds who is not in @segment and has @score or more, likewise.</summary>
    public string From(RankedScore score) => Members(score, "NOT ", ">=");

    /// <summary>Scores at percentiles 0 to 100 of a histogram, which isn't empty: within a part in proportion.</summary>
    public static double[] Percentiles(RankedScore score, IReadOnlyList<(long Part, long Count)> parts)
    {
        var total = parts.Sum(part => part.Count);
        var percentiles = new double[101];
        var (place, before) = (0, 0L);
        for (var percent = 0; percent <= 100; percent++)
        {
            var rank = total * (percent / 100.0);
            while (place + 1 < parts.Count && before + parts[place].Count < rank)
            {
                before += parts[place++].Count;
            }

            percentiles[percent] = ScoreAt(score, parts[place].Part + ((rank - before) / parts[place].Count));
        }

        return percentiles;
    }

    /// <summary>Without those who are part of another: they stand there with that one.</summary>
    private string Customers => string.Create(
        CultureInfo.InvariantCulture, $"{dialect.Schema}customer c JOIN {dialect.Schema}measures m ON m.number = c.measures AND c.stage <> {(int)Stage.Merged}");

    /// <summary>Where a customer lies, in parts from 0.</summary>
    private string Part(RankedScore score) => score == RankedScore.Value
        ? Invariant($"(CASE WHEN c.value >= 0 THEN {PartsOfLog:R} * {dialect.Ln}(1.0 + c.value) ELSE -{PartsOfLog:R} * {dialect.Ln}(1.0 - c.value) END)")
        : Invariant($"({Score(score)} / {Width:R})");

    private static double ScoreAt(RankedScore score, double part) =>
        score == RankedScore.Value ? Math.Sign(part) * (Math.Exp(Math.Abs(part) / PartsOfLog) - 1) : part * Width;

    private string Members(RankedScore score, string not, string compare) =>
        $"""
        SELECT c.number, c."key" FROM {Customers}
        WHERE c.number > @number AND {Score(score)} {compare} @score
        AND {not}EXISTS (SELECT 1 FROM {dialect.Schema}member g WHERE g.segment = @segment AND g.customer = c.{dialect.Member})
        ORDER BY c.number{dialect.Limit}
        """;

    private string Score(RankedScore score) => score == RankedScore.Value ? "c.value" : new CustomerListSql(dialect, rules).Score((CustomerSort)score);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
