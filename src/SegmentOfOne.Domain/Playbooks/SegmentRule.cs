namespace SegmentOfOne.Domain.Playbooks;

/// <summary>Customers whom a condition names, or a place among all customers; exactly one of the two is there.</summary>
public sealed record SegmentRule(string Name, string Description, Expression? When, PercentileRule? Percentile);

/// <summary>A customer enters when its score reaches that of percentile <paramref name="Enter"/> of all customers, and leaves when it falls below
/// that of percentile <paramref name="Leave"/>, which is not higher.</summary>
public sealed record PercentileRule(RankedScore Score, double Enter, double Leave);

/// <summary>What customers are ranked by. Numbers are part of the formats.</summary>
public enum RankedScore : byte
{
    Involvement = 0,
    Interaction = 1,
    Intimacy = 2,
    Influence = 3,
    Engagement = 4,
    Advocacy = 5,

    /// <summary>Revenue less returns.</summary>
    Value = 6,
}
