using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Messages;

/// <summary>What became of looking at a customer: a view, no such customer (neither), or trouble.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.view_result")]
public readonly struct ViewResult
{
    [Id(0)]
    public CustomerView? View { get; init; }

    [Id(1)]
    public Trouble? Trouble { get; init; }

    /// <exception cref="CustomersUnavailableException">There was trouble.</exception>
    /// <exception cref="CustomerDamagedException">There was trouble of this one customer.</exception>
    public CustomerView? Answer() => Trouble is { } trouble ? throw trouble.Exception() : View;
}
