using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Engine.Playbooks;

/// <summary>
/// How a playbook comes into force by several hands: drafted, checked, simulated, approved by somebody else, published. Every step is
/// durable when it is answered, together with its entry in the audit trail, or has not happened.
/// </summary>
public interface IPlaybookDrafts
{
    /// <summary>Hands a document in, with mistakes or without.</summary>
    ValueTask<DraftOutcome> Begin(ReadOnlyMemory<byte> document, string person, CancellationToken ct);

    ValueTask<DraftOutcome> Check(long number, string person, CancellationToken ct);

    /// <summary>The document of a draft that was checked and has no mistakes, to be tried.</summary>
    ValueTask<(Playbook? Playbook, DraftOutcome? Problem)> ToSimulate(long number, CancellationToken ct);

    /// <summary>Notes what trying it found.</summary>
    ValueTask<DraftOutcome> NoteSimulation(long number, string person, WhatIfResult result, CancellationToken ct);

    ValueTask<DraftOutcome> Approve(long number, string person, CancellationToken ct);

    ValueTask<DraftOutcome> Publish(long number, string person, CancellationToken ct);

    /// <summary>Null: there is no such draft.</summary>
    ValueTask<Draft?> Get(long number, CancellationToken ct);

    /// <summary>The document as it was handed in; null: there is no such draft.</summary>
    ValueTask<byte[]?> Document(long number, CancellationToken ct);

    /// <summary>The latest drafts, newest first.</summary>
    ValueTask<ImmutableArray<Draft>> List(int limit, CancellationToken ct);

    /// <summary>Entries of the audit trail beyond one, in order.</summary>
    ValueTask<ImmutableArray<AuditEntry>> Audit(long after, int limit, CancellationToken ct);

    /// <summary>Looks through the whole audit trail, and the documents that it is about.</summary>
    ValueTask<AuditCheck> CheckAudit(CancellationToken ct);
}
