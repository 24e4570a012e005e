using Orleans.Runtime.Services;

namespace SegmentOfOne.Silo.Playbooks;

/// <summary>Reaches <see cref="IPlaybookService"/> on every silo. A silo that doesn't answer in time is not waited for.</summary>
public sealed class PlaybookServices(IServiceProvider services, ISiloStatusOracle silos) : GrainServiceClient<IPlaybookService>(services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks all silos the same at the same time.</summary>
    public Task<SiloInForce[]> Ask(Func<IPlaybookService, Task<int>> question) =>
        Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().Select(silo => Ask(silo, question)));

    private async Task<SiloInForce> Ask(SiloAddress silo, Func<IPlaybookService, Task<int>> question)
    {
        var name = silo.ToParsableString();
        try
        {
            return new SiloInForce(name, await question(GetGrainService(silo)).WaitAsync(Patience));
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return new SiloInForce(name, null);
        }
    }
}
