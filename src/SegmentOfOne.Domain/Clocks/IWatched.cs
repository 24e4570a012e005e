using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Clocks;

/// <summary>Something that holds or doesn't, and may change by time alone.</summary>
internal interface IWatched
{
    /// <summary>Whether it holds at a time, not before the customer's clock, when nothing has happened since.</summary>
    bool Holds(CustomerState state, EngagementRules rules, Instant at);

    /// <summary>What it can be over a stretch: exact over a stretch of one moment, but for what only <see cref="Holds"/> can tell.</summary>
    Truths Over(in Stretch stretch);
}

/// <summary>A condition of the playbook, with no request at hand.</summary>
internal readonly struct Condition(BooleanNode node) : IWatched
{
    public bool Holds(CustomerState state, EngagementRules rules, Instant at) =>
        node.Value(new Scope(state, (node.Needs & Needs.Scores) == 0 ? default : state.Scores(rules, at), null, at));

    public Truths Over(in Stretch stretch) => node.Over(stretch);
}

/// <summary>Whether a score is at least as high as another.</summary>
internal readonly struct Reaches(RankedScore score, double other) : IWatched
{
    public static double Of(CustomerState state, in Scores scores, RankedScore score) => score switch
    {
        RankedScore.Involvement => scores.Involvement,
        RankedScore.Interaction => scores.Interaction,
        RankedScore.Intimacy => scores.Intimacy,
        RankedScore.Influence => scores.Influence,
        RankedScore.Engagement => scores.Engagement,
        RankedScore.Advocacy => scores.Advocacy,
        RankedScore.Value => (double)(state.Value.Revenue + state.Value.Returned),
        _ => throw new System.Diagnostics.UnreachableException($"score {score}"),
    };

    public bool Holds(CustomerState state, EngagementRules rules, Instant at) =>
        Of(state, score == RankedScore.Value ? default : state.Scores(rules, at), score) >= other;

    public Truths Over(in Stretch stretch)
    {
        if (score == RankedScore.Value)
        {
            return TruthsOf.Value(Of(stretch.Customer, default, score) >= other);
        }

        var bounds = stretch.Customer.Engagement.Over(score, stretch);
        return TruthsOf.Of(bounds.High >= other, bounds.Low < other);
    }
}
