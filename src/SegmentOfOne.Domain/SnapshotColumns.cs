using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain;

/// <summary>
/// What marketers query of many customers: nothing personal. Accumulators stand as they are kept, with the half-life in milliseconds,
/// so that a query can age them: A·2^(−(t−Last)/H). A rank, log2(A) + Last/H, orders customers of one half-life the same
/// at every later time; it is null where A is 0.
/// </summary>
public readonly record struct SnapshotColumns(
    long Version,
    Stage Stage,
    Instant StageSince,
    bool AtRisk,
    bool InRecovery,
    int Reentries,
    Instant FirstSeen,
    Instant LastSeen,
    long Interactions,
    long Orders,
    decimal Revenue,
    long Returns,
    decimal Returned,
    Measures Measures,
    Accumulator Involvement,
    Accumulator Interaction,
    Accumulator Liked,
    Accumulator Disliked,
    Accumulator Influence)
{
    public double? InvolvementRank => Involvement.Rank(Measures.InvolvementHalfLife);

    public double? InteractionRank => Interaction.Rank(Measures.InteractionHalfLife);

    public double? InfluenceRank => Influence.Rank(Measures.InfluenceHalfLife);

    public static SnapshotColumns Of(CustomerState state) => new(
        state.Version,
        state.Stage,
        state.Journey.Since,
        state.AtRisk,
        state.InRecovery,
        state.Reentries,
        state.FirstSeen,
        state.LastSeen,
        state.Activity.Interactions.Count,
        state.Orders,
        state.Revenue,
        state.Returns,
        state.Value.Returned,
        state.Engagement.Measures,
        state.Engagement.Involvement,
        state.Engagement.Interaction,
        state.Engagement.Liked,
        state.Engagement.Disliked,
        state.Engagement.Influence);
}
