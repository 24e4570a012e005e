using System.Globalization;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Queries;

/// <summary>
/// The SQL of a list of customers. Scores are valued in SQL by the formulas of the domain, each row by the half-lives that it is folded with.
/// Parameters: @at; @segment; @stage; @min0, @max0 … by score; @limit; @key, @number of the row before.
/// </summary>
internal sealed class CustomerListSql(QueryDialect dialect, EngagementRules rules)
{
    /// <summary>Beyond so many half-lives an amount is nothing, or everything; in between no power leaves the range of numbers.</summary>
    private const string MostHalfLives = "500.0";

    /// <summary>The score as an expression over row c and its measures m.</summary>
    public string Score(CustomerSort score)
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
            CustomerSort.Engagement => Within("0.0", "100.0", Invariant(
                $"{blend.Involvement:R} * {involvement} + {blend.Interaction:R} * {interaction} + {blend.Intimacy:R} * {intimacy} + {blend.Influence:R} * {influence}")),
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

    /// <summary>The half-life, a column of the measures, that the order of <see cref="Column"/> depends on; null: there is none.</summary>
    public static string? HalfLife(CustomerSort sort) => sort switch
    {
        CustomerSort.Involvement => "involvement",
        CustomerSort.Interaction => "interaction",
        CustomerSort.Influence => "influence",
        _ => null,
    };

    /// <param name="byColumn">Sort by <see cref="Column"/>: a scan of an index.</param>
    public string List(CustomerQuery query, bool byColumn, bool continues)
    {
        var key = byColumn ? Column(query.Sort)! : Score(query.Sort);
        var (schema, order) = (dialect.Schema, query.Descending ? "DESC" : "ASC");
        var sql = new StringBuilder(
            $"SELECT c.number, c.key, c.version, c.snapshot, {key} FROM {schema}customer c JOIN {schema}measures m ON m.number = c.measures WHERE 1 = 1");
        if (query.Stage is null)
        {
            // Who is part of another stands there with that one.
            sql.Append(CultureInfo.InvariantCulture, $" AND c.stage <> {(int)Stage.Merged}");
        }

        if (query.Segment is not null)
        {
            sql.Append($" AND EXISTS (SELECT 1 FROM {schema}member g WHERE g.segment = @segment AND g.customer = c.{dialect.Member})");
        }

        if (query.Stage is not null)
        {
            sql.Append(" AND c.stage = @stage");
        }

        foreach (var (score, range) in Ranges(query))
        {
            if (range.Min is not null)
            {
                sql.Append($" AND {Score(score)} >= @min{(int)score}");
            }

            if (range.Max is not null)
            {
                sql.Append($" AND {Score(score)} <= @max{(int)score}");
            }
        }

        if (continues)
        {
            // The first condition is one that an index can begin at.
            var beyond = query.Descending ? '<' : '>';
            sql.Append($" AND {key} {beyond}= @key AND ({key} {beyond} @key OR c.number {beyond} @number)");
        }

        return sql.Append($" ORDER BY {key} {order}, c.number {order}{dialect.Limit}").ToString();
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

    private string Aged(string column, string halfLife) =>
        $"(c.{column} * POWER(2E0, {Within("-" + MostHalfLives, MostHalfLives, $"(c.{column}_at - @at) / CAST(m.{halfLife} AS DOUBLE PRECISION)")}))";

    private string Within(string least, string most, string value) => $"{dialect.Least}({most}, {dialect.Greatest}({least}, {value}))";

    private static string Saturated(string amount, double kappa) => Invariant($"(100.0 * (1.0 - POWER(2E0, -{amount} / {kappa:R})))");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
