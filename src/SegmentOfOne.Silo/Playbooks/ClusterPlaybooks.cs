using System.Collections.Immutable;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Playbooks;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>Playbooks of the cluster: durable in the store, whose key lets each version be published once, then announced to every silo.</summary>
public sealed class ClusterPlaybooks : IPlaybooks
{
    private readonly IPlaybooks _store;
    private readonly Announcer _announcer;

    public ClusterPlaybooks(IGrainFactory grains, IPlaybooks store)
    {
        (_store, _announcer) = (store, new Announcer(grains));
        Drafts = new ClusterDrafts(store.Drafts, _announcer);
    }

    public PublishedPlaybook InForce => _store.InForce;

    public IPlaybookDrafts Drafts { get; }

    public ValueTask<PublishedPlaybook?> Get(int version, CancellationToken ct) => _store.Get(version, ct);

    public ValueTask<ImmutableArray<PlaybookVersion>> Versions(CancellationToken ct) => _store.Versions(ct);

    public async ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, string person, CancellationToken ct) =>
        await Announce(await _store.Publish(utf8Json, ifVersion, person, ct).ConfigureAwait(false)).ConfigureAwait(false);

    public async ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, string person, CancellationToken ct) =>
        await Announce(await _store.Rollback(toVersion, ifVersion, person, ct).ConfigureAwait(false)).ConfigureAwait(false);

    private async ValueTask<PublishOutcome> Announce(PublishOutcome outcome)
    {
        if (outcome is PublishOutcome.Published published)
        {
            await _announcer.Announce(published.Playbook.Version).ConfigureAwait(false);
        }

        return outcome;
    }
}
