using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A <see cref="ReceiptId"/> on its way to another process.</summary>
[GenerateSerializer]
[Alias("segmentofone.receipt_id")]
public readonly record struct ReceiptIdMessage
{
    [Id(0)]
    public UInt128 Key { get; init; }

    [Id(1)]
    public long Version { get; init; }

    [Id(2)]
    public int Index { get; init; }

    public static ReceiptIdMessage Write(ReceiptId id) => new() { Key = id.Key.Value, Version = id.Version, Index = id.Index };

    public ReceiptId Read() => new(new CustomerKey(Key), Version, Index);
}
