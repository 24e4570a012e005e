using System.Collections.Immutable;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Playbooks;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>Playbooks of the cluster: durable in the store, whose key lets each version be published once, then announced to every silo.</summary>
public sealed class ClusterPlaybooks(IGrainFactory grains, IPlaybooks store) : IPlaybooks
{
    public PublishedPlaybook InForce => store.InForce;

    public IPlaybookDrafts Drafts => new ClusterDrafts(store.Drafts, Announce);

    public ValueTask<PublishedPlaybook?> Get(int version, CancellationToken ct) => store.Get(version, ct);

    public ValueTask<ImmutableArray<PlaybookVersion>> Versions(CancellationToken ct) => store.Versions(ct);

    public async ValueTask<PublishOutcome> Publish(ReadOnlyMemory<byte> utf8Json, int? ifVersion, string person, CancellationToken ct) =>
        await Announce(await store.Publish(utf8Json, ifVersion, person, ct).ConfigureAwait(false)).ConfigureAwait(false);

    public async ValueTask<PublishOutcome> Rollback(int? toVersion, int? ifVersion, string person, CancellationToken ct) =>
        await Announce(await store.Rollback(toVersion, ifVersion, person, ct).ConfigureAwait(false)).ConfigureAwait(false);

    private async ValueTask<PublishOutcome> Announce(PublishOutcome outcome)
    {
        if (outcome is PublishOutcome.Published published)
        {
            await Announce(published.Playbook.Version).ConfigureAwait(false);
        }

        return outcome;
    }

    private async Task Announce(int version)
    {
        try
        {
            await grains.GetGrain<IPlaybookGrain>(IPlaybookGrain.Key).Announce(version).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            // It is published all the same: silos look into the store by themselves, and the overview says which have it.
        }
    }
}
