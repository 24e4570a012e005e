using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine;

/// <summary>What is asked about was so long ago that the playbook had it forgotten.</summary>
public sealed class HistoryForgottenException(CustomerKey key, long firstKept)
    : Exception($"The history of customer {key} is kept from turn {firstKept} on; what came before was forgotten when its time was up.")
{
    public CustomerKey Key { get; } = key;

    /// <summary>The first turn that there is.</summary>
    public long FirstKept { get; } = firstKept;
}
