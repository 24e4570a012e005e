using System.Globalization;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Queries;

/// <summary>
/// The SQL of a list of customers. Scores are valued in SQL by the formulas of the domain, each row by the half-lives that it is folded with.
/// Parameters: @at; @stage; @min0, @max0 … by score; @limit; @key, @number of the row before.
/// </summary>
internal static class CustomerListSql
{
    /// <summary>The score as an expression over row c and its measures m.</summary>
    public static string Score(CustomerSort score, EngagementRules rules)
    {
        var involvement = Saturated(Aged("involvement", "involvement"), rules.Involvement.Kappa);
        var interaction = Saturated(Aged("interaction", "interaction"), rules.Interaction.Kappa);
        var influence = Saturated(Aged("influence", "influence"), rules.Influence.Kappa);
        var (liked, disliked) = (Aged("liked", "intimacy"), Aged("disliked", "intimacy"));
        var intimacy = Invariant($"(100.0 * ({liked} - {disliked}) / ({liked} + {disliked} + {rules.Intimacy.Kappa:R}))");
        var blend = rules.Blend;
        return score switch
        {
            CustomerSort.Involvement => involvement,
            CustomerSort.Interaction => interaction,
            CustomerSort.Intimacy => intimacy,
            CustomerSort.Influence => influence,
            CustomerSort.Engagement => Invariant(
                $"MIN(100.0, MAX(0.0, {blend.Involvement:R} * {involvement} + {blend.Interaction:R} * {interaction} + {blend.Intimacy:R} * {intimacy} + {blend.Influence:R} * {influence}))"),
            CustomerSort.Advocacy => $"({influence} * {intimacy} / 100.0)",
            _ => throw new ArgumentOutOfRangeException(nameof(score), score, "no score"),
        };
    }

    /// <summary>The column whose order is that of a sort, where every customer is folded with the same half-life; null: there is none.</summary>
    public static string? Column(CustomerSort sort) => sort switch
    {
        CustomerSort.Involvement => "c.involvement_rank",
        CustomerSort.Interaction => "c.interaction_rank",
        CustomerSort.Influence => "c.influence_rank",
        CustomerSort.Value => "c.value",
        CustomerSort.LastSeen => "c.last_seen",
        _ => null,
    };

    /// <param name="byColumn">Sort by <see cref="Column"/>: a scan of an index.</param>
    public static string List(CustomerQuery query, EngagementRules rules, bool byColumn, bool continues)
    {
        var key = byColumn ? Column(query.Sort)! : Score(query.Sort, rules);
        var sql = new StringBuilder($"SELECT c.number, c.key, c.version, c.snapshot, {key} FROM customer c JOIN measures m ON m.number = c.measures WHERE 1");
        if (query.Stage is not null)
        {
            sql.Append(" AND c.stage = @stage");
        }

        foreach (var (score, range) in Ranges(query))
        {
            if (range.Min is not null)
            {
                sql.Append($" AND {Score(score, rules)} >= @min{(int)score}");
            }

            if (range.Max is not null)
            {
                sql.Append($" AND {Score(score, rules)} <= @max{(int)score}");
            }
        }

        if (continues)
        {
            sql.Append($" AND ({key}, c.number) {(query.Descending ? '<' : '>')} (@key, @number)");
        }

        var direction = query.Descending ? "DESC" : "ASC";
        return sql.Append($" ORDER BY {key} {direction}, c.number {direction} LIMIT @limit").ToString();
    }

    public static IEnumerable<(CustomerSort Score, ScoreRange Range)> Ranges(CustomerQuery query) =>
    [
        (CustomerSort.Involvement, query.Involvement),
        (CustomerSort.Interaction, query.Interaction),
        (CustomerSort.Intimacy, query.Intimacy),
        (CustomerSort.Influence, query.Influence),
        (CustomerSort.Engagement, query.Engagement),
        (CustomerSort.Advocacy, query.Advocacy),
    ];

    private static string Aged(string column, string halfLife) =>
        $"(c.{column} * POW(2.0, (c.{column}_at - @at) / CAST(m.{halfLife} AS REAL)))";

    private static string Saturated(string amount, double kappa) => Invariant($"(100.0 * (1.0 - POW(2.0, -{amount} / {kappa:R})))");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
