using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Playbooks;

/// <inheritdoc cref="IPlaybookService"/>
public sealed class PlaybookService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logs, CustomerHome home) : GrainService(id, silo, logs), IPlaybookService
{
    public async Task<int> Follow()
    {
        await home.RefreshPlaybooks(CancellationToken.None);
        return home.Playbooks.InForce.Version;
    }

    public Task<int> InForce() => Task.FromResult(home.Playbooks.InForce.Version);
}
