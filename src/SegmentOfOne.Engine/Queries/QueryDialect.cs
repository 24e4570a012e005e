using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Queries;

/// <summary>In what a database's SQL for queries differs from another's.</summary>
internal sealed record QueryDialect
{
    /// <summary>What stands before the name of a table.</summary>
    public string Schema { get; init; } = "";

    /// <summary>A customer's key as a parameter.</summary>
    public required Func<CustomerKey, object> Key { get; init; }

    /// <summary>The column of customer that a row of member names a customer by.</summary>
    public required string Member { get; init; }

    /// <summary>The natural logarithm.</summary>
    public required string Ln { get; init; }

    /// <summary>The lesser of two values.</summary>
    public required string Least { get; init; }

    /// <summary>The greater of two values.</summary>
    public required string Greatest { get; init; }

    /// <summary>Stands behind ORDER BY: no more than @limit rows.</summary>
    public required string Limit { get; init; }
}
