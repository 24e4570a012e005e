namespace SegmentOfOne.Silo.Messages;

/// <summary>What became of erasing a customer: the erasure's id, no such customer (neither), or trouble.</summary>
[GenerateSerializer]
[Immutable]
[Alias("segmentofone.erasure_result")]
public readonly struct ErasureResult
{
    [Id(0)]
    public string? Id { get; init; }

    [Id(1)]
    public Trouble? Trouble { get; init; }
}
