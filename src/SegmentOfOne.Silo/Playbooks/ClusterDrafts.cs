using System.Collections.Immutable;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Playbooks;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>Drafts of the cluster: in the store, whoever works on them and wherever; what is published is announced to every silo.</summary>
internal sealed class ClusterDrafts(IPlaybookDrafts store, Announcer announcer) : IPlaybookDrafts
{
    public async ValueTask<DraftOutcome> Publish(long number, string person, CancellationToken ct)
    {
        var outcome = await store.Publish(number, person, ct).ConfigureAwait(false);
        if (outcome is DraftOutcome.Published published)
        {
            await announcer.Announce(published.Playbook.Version).ConfigureAwait(false);
        }

        return outcome;
    }

    public ValueTask<DraftOutcome> Begin(ReadOnlyMemory<byte> document, string person, CancellationToken ct) => store.Begin(document, person, ct);

    public ValueTask<DraftOutcome> Check(long number, string person, CancellationToken ct) => store.Check(number, person, ct);

    public ValueTask<(Playbook? Playbook, DraftOutcome? Problem)> ToSimulate(long number, CancellationToken ct) => store.ToSimulate(number, ct);

    public ValueTask<DraftOutcome> NoteSimulation(long number, string person, WhatIfResult result, CancellationToken ct) =>
        store.NoteSimulation(number, person, result, ct);

    public ValueTask<DraftOutcome> Approve(long number, string person, CancellationToken ct) => store.Approve(number, person, ct);

    public ValueTask<Draft?> Get(long number, CancellationToken ct) => store.Get(number, ct);

    public ValueTask<byte[]?> Document(long number, CancellationToken ct) => store.Document(number, ct);

    public ValueTask<ImmutableArray<Draft>> List(int limit, CancellationToken ct) => store.List(limit, ct);

    public ValueTask<ImmutableArray<AuditEntry>> Audit(long after, int limit, CancellationToken ct) => store.Audit(after, limit, ct);

    public ValueTask<AuditCheck> CheckAudit(CancellationToken ct) => store.CheckAudit(ct);
}
