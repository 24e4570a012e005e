using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Names the message <paramref name="Index"/> (from 0) that left by a customer's turn. As text key.version.index: the same at each attempt,
/// so that a receiver knows what it has had.</summary>
public readonly record struct MessageId(CustomerKey Key, long Version, int Index)
{
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        var read = ReceiptId.TryParse(text, out var parts);
        id = new MessageId(parts.Key, parts.Version, parts.Index);
        return read;
    }

    public override string ToString() => new ReceiptId(Key, Version, Index).ToString();
}
