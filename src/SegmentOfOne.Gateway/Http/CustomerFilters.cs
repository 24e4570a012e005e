using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Which customers of a list, in which order: the parameters of every list of customers.</summary>
public static class CustomerFilters
{
    private static readonly IReadOnlyDictionary<string, Stage?> Stages =
        Enum.GetValues<Stage>().ToDictionary(stage => Wire.Name(stage).ToUpperInvariant(), stage => (Stage?)stage, StringComparer.OrdinalIgnoreCase);

    private static readonly IReadOnlyDictionary<string, CustomerSort> Sorts =
        Enum.GetValues<CustomerSort>().ToDictionary(Wire.Name, sort => sort, StringComparer.Ordinal);

    private static readonly QueryParameter<Stage?> InStage = QueryParameter.Choice("stage", "Only customers in this stage.", Stages, null);
    private static readonly QueryParameter<CustomerSort> SortedBy = QueryParameter.Choice("sort", "What to sort by; last_seen when absent.", Sorts, CustomerSort.LastSeen);
    private static readonly QueryParameter<bool> Descending = QueryParameter.Flag("desc", "Highest or latest first.");
    private static readonly QueryParameter<int> Limit = QueryParameter.WholeNumber("limit", "Customers of a page.", 1, CustomerQuery.MaxLimit, 50);
    private static readonly QueryParameter<string?> Cursor = QueryParameter.Text("cursor", "next_cursor of the page before, of the same query.");
    private static readonly ScoreFilter Involvement = new("involvement");
    private static readonly ScoreFilter Interaction = new("interaction");
    private static readonly ScoreFilter Intimacy = new("intimacy");
    private static readonly ScoreFilter Influence = new("influence");
    private static readonly ScoreFilter Engagement = new("engagement");
    private static readonly ScoreFilter Advocacy = new("advocacy");

    public static ImmutableArray<QueryParameter> Parameters { get; } =
        [InStage, .. Involvement.Both, .. Interaction.Both, .. Intimacy.Both, .. Influence.Both, .. Engagement.Both, .. Advocacy.Both, SortedBy, Descending, Limit, Cursor];

    public static CustomerQuery Read(QueryReader query) => new()
    {
        Stage = query.Read(InStage),
        Involvement = Involvement.Read(query),
        Interaction = Interaction.Read(query),
        Intimacy = Intimacy.Read(query),
        Influence = Influence.Read(query),
        Engagement = Engagement.Read(query),
        Advocacy = Advocacy.Read(query),
        Sort = query.Read(SortedBy),
        Descending = query.Read(Descending),
        Limit = query.Read(Limit),
        Cursor = query.Read(Cursor),
    };

    /// <summary>The two bounds of one score.</summary>
    private sealed class ScoreFilter(string score)
    {
        private readonly QueryParameter<double?> _min = QueryParameter.Number($"min_{score}", $"Only customers whose {score} is at least this.");
        private readonly QueryParameter<double?> _max = QueryParameter.Number($"max_{score}", $"Only customers whose {score} is at most this.");

        public ImmutableArray<QueryParameter> Both => [_min, _max];

        public ScoreRange Read(QueryReader query) => new(query.Read(_min), query.Read(_max));
    }
}
