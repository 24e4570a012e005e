namespace SegmentOfOne.Domain.Decisions;

/// <summary>What a rule says. Numbers are part of the canonical bytes.</summary>
public enum Ruling : byte
{
    Passed = 0,
    Failed = 1,

    /// <summary>It would have failed, and doesn't count here; the remark says why.</summary>
    Bypassed = 2,
}
