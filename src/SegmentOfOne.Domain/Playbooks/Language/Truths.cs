namespace SegmentOfOne.Domain.Playbooks.Language;

/// <summary>What a condition can be over a stretch of time.</summary>
[Flags]
internal enum Truths
{
    Never = 1,
    Always = 2,

    /// <summary>It may change, as far as can be told.</summary>
    Either = Never | Always,
}

internal static class TruthsOf
{
    public static Truths Value(bool holds) => holds ? Truths.Always : Truths.Never;

    public static Truths Of(bool canHold, bool canFail) => (canHold ? Truths.Always : 0) | (canFail ? Truths.Never : 0);
}
