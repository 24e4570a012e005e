using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>A stretch of a customer's story.</summary>
/// <param name="Next">What to give as <c>after</c> for the next page; null: this is the last.</param>
public sealed record TurnPage(CustomerKey Key, ImmutableArray<Turn> Turns, long? Next)
{
    public const int MaxLimit = 500;
}
