namespace SegmentOfOne.Silo.Playbooks;

/// <summary>Has every silo told of what was published.</summary>
internal sealed class Announcer(IGrainFactory grains)
{
    /// <summary>Ends when all silos have it in force, or time was up.</summary>
    public async ValueTask Announce(int version)
    {
        try
        {
            await grains.GetGrain<IPlaybookGrain>(IPlaybookGrain.Key).Announce(version).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever keeps the grain from telling, it is published all the same: silos look into the store by themselves, and the overview says which have it.
        }
    }
}
