namespace SegmentOfOne.Engine.Playbooks;

/// <summary>What an entry of the audit trail says, before it has its place there.</summary>
/// <param name="Draft">Null: the entry itself begins a draft, and its number is the draft's.</param>
internal sealed record AuditFacts(string Person, AuditStep Step, long? Draft, int Version, string Document, string Detail)
{
    public bool Passed { get; init; } = true;
}
