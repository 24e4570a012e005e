using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Engine;

/// <summary>A customer at a moment: durable through <see cref="CustomerState.Version"/> of the state.</summary>
/// <param name="AsOf">When the scores are valued.</param>
/// <param name="State">A copy of its own, read only.</param>
public sealed record CustomerView(CustomerKey Key, Instant AsOf, Scores Scores, CustomerState State);
