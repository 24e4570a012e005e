using SegmentOfOne.Engine;
using SegmentOfOne.Engine.WhatIfs;
using SegmentOfOne.Silo.Playbooks;

namespace SegmentOfOne.Silo.Queries;

/// <summary>Lists and sums over the store; the overview also says what is in force on each silo.</summary>
public sealed class ClusterQueries(IGrainFactory grains, ICustomerQueries store) : ICustomerQueries
{
    public async ValueTask<Overview> Overview(CancellationToken ct)
    {
        var asked = grains.GetGrain<IPlaybookGrain>(IPlaybookGrain.Key).InForce();
        var overview = await store.Overview(ct).ConfigureAwait(false);
        try
        {
            var silos = await asked.WaitAsync(ct).ConfigureAwait(false);
            return overview with { Members = [.. silos.Select(silo => new Member(silo.Silo, silo.Version))] };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever keeps the grain from answering, the sums are right without it; members that nobody could name are absent.
            return overview;
        }
    }

    public ValueTask<JourneysOverview> Journeys(CancellationToken ct) => store.Journeys(ct);

    public ValueTask<CustomerPage> List(CustomerQuery query, CancellationToken ct) => store.List(query, ct);

    public IAsyncEnumerable<WhatIfEvent> WhatIf(WhatIfQuestion question, CancellationToken ct) => store.WhatIf(question, ct);
}
