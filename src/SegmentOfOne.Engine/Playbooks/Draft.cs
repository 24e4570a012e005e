using System.Collections.Immutable;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>A playbook on its way into force: a document that never changes, and what was done with it, which is the audit trail's.</summary>
/// <param name="Steps">From drafted on, in order.</param>
public sealed record Draft(ImmutableArray<AuditEntry> Steps)
{
    public long Number => Steps[0].Number;

    public string Author => Steps[0].Person;

    public Instant At => Steps[0].At;

    /// <summary>The version in force when it was handed in: the one that it may replace.</summary>
    public int BasedOn => Steps[0].Version;

    /// <summary>SHA-256 of the document.</summary>
    public string Document => Steps[0].Document;

    /// <summary>It was read, and has no mistakes.</summary>
    public bool IsChecked => Steps.Any(step => step is { Step: AuditStep.Checked, Passed: true });

    public bool IsSimulated => Has(AuditStep.Simulated);

    public bool IsApproved => Has(AuditStep.Approved);

    /// <summary>The version that it became; null: it isn't published.</summary>
    public int? Published => Steps.FirstOrDefault(step => step.Step == AuditStep.Published)?.Version;

    private bool Has(AuditStep done) => Steps.Any(step => step.Step == done);
}
