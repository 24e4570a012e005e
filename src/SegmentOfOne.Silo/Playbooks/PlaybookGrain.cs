using System.Data.Common;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>
/// Tells every silo what was published, one version after the other, and remembers how far it came, so that what was stored but not
/// announced by a silo that died is announced when the next one is asked. The documents are in the store, where turns find the version
/// that they name; a silo that hears nothing looks there by itself every half second.
/// </summary>
public sealed class PlaybookGrain(
    [PersistentState("announced", PlaybookGrain.Storage)] IPersistentState<Announced> announced, PlaybookServices silos, CustomerHome home)
    : Grain, IPlaybookGrain
{
    public const string Storage = "cluster";

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Announce(home.Playbooks.InForce.Version);

    public async Task Announce(int version)
    {
        if (version <= announced.State.Version)
        {
            return;
        }

        await silos.Ask(silo => silo.Follow());
        announced.State.Version = version;
        try
        {
            await announced.WriteStateAsync();
        }
        catch (Exception exception) when (exception is DbException or OrleansException)
        {
            // Every silo has heard it. The next activation reads what is remembered, and at worst tells them again.
            DeactivateOnIdle();
        }
    }

    public Task<SiloInForce[]> InForce() => silos.Ask(silo => silo.InForce());
}
