using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>What is stored of this one customer fails its checksum or can't be read. Others are not touched by it.</summary>
public sealed class CustomerDamagedException(CustomerKey key, string what, Exception? inner = null)
    : Exception($"The stored {what} of customer {key} is damaged.", inner)
{
    public CustomerKey Key { get; } = key;

    /// <summary>Which part of it.</summary>
    public string What { get; } = what;
}
