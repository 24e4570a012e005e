namespace SegmentOfOne.Engine.Playbooks;

/// <summary>What looking through the whole audit trail found.</summary>
/// <param name="Entries">How many there are.</param>
/// <param name="Head">The hash of the last: whoever notes it elsewhere can tell later that nothing up to it was changed or cut off.</param>
/// <param name="BrokenAt">The first entry that is not what it was; null: none, or what is wrong is no entry's.</param>
/// <param name="Problem">What is wrong; null: nothing.</param>
public sealed record AuditCheck(long Entries, string Head, long? BrokenAt, string? Problem)
{
    public bool Holds => Problem is null;
}
