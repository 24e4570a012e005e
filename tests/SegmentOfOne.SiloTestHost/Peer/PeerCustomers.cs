using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine;

namespace SegmentOfOne.SiloTestHost.Peer;

/// <summary>Customers of <see cref="PeerGrain"/>: their turns, which is what is measured. They have no past to look at.</summary>
internal sealed class PeerCustomers(IGrainFactory grains, CustomerHome home) : ICustomers
{
    public async ValueTask<TurnAnswer> Turn(TurnRequest request, CancellationToken ct) =>
        home.TryKey(request.Customer, out var key)
            ? (await grains.GetGrain<IPeerGrain>(key.ToString()).Turn(request).ConfigureAwait(false)).Answer()
            : home.Refuse(request);

    public ValueTask<CustomerView?> Get(Identifier customer, Instant? asOf, CancellationToken ct) => default;

    public ValueTask<TurnPage?> Turns(Identifier customer, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<TurnPage?> TurnsOf(CustomerKey key, bool newestFirst, long? after, int limit, CancellationToken ct) => default;

    public ValueTask<Receipt?> Receipt(ReceiptId id, CancellationToken ct) => default;
}
