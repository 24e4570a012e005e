using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Erasures;

namespace SegmentOfOne.Silo.Customers;

/// <summary>Forgets customers where they live. What was erased every process reads in the vault of all.</summary>
public sealed class ClusterErasures(IGrainFactory grains, CustomerHome home) : IErasures
{
    public string PublicKey => home.ErasureKey;

    public async ValueTask<Erasure?> Erase(Identifier customer, ErasureReason reason, string person, CancellationToken ct)
    {
        if (!home.TryKey(customer, out var key))
        {
            return null;
        }

        try
        {
            var owner = await home.OwnerOf(key, ct).ConfigureAwait(false);
            var grain = grains.GetGrain<ICustomerGrain>(owner.ToString());
            var result = await grain.Erase((int)reason, person).AsTask().WaitAsync(ct).ConfigureAwait(false);
            return result.Trouble is { } trouble ? throw trouble.Exception()
                : result.Id is { } id ? await home.Erasure(id, ct).ConfigureAwait(false) : null;
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            // Asked again it is begun, or found to have been.
            throw new CustomersUnavailableException(
                Unavailability.Storage, "The process that this customer lives in does not answer; ask again.", TimeSpan.FromSeconds(1), exception);
        }
    }

    public async ValueTask<Erasure?> Erasure(string id, CancellationToken ct) => await home.Erasure(id, ct).ConfigureAwait(false);

    public async ValueTask<Erasure?> ErasureOf(Identifier customer, CancellationToken ct) =>
        home.TryKey(customer, out var key) ? await home.ErasureOf(key, ct).ConfigureAwait(false) : null;
}
