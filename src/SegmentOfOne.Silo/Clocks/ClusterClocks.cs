using SegmentOfOne.Domain;
using SegmentOfOne.Engine;
using SegmentOfOne.Silo.Customers;

namespace SegmentOfOne.Silo.Clocks;

/// <summary>
/// Has a silo's home keep clocks while the silo is a member of the cluster: brings wakes to where customers live, and says which of those
/// that are in nobody's memory are this silo's. As soon as it sees another one go, what was that one's is shared anew. Silos that don't
/// see the same for a moment may wake a customer twice, which does no harm.
/// </summary>
internal sealed class ClusterClocks(ISiloStatusOracle silos, CustomerHome home, ClusterCustomers customers)
    : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener
{
    private readonly string _here = silos.SiloAddress.ToParsableString();
    private readonly Lock _changing = new();
    private bool _isOver;
    private volatile SiloShare _share = new("", []);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(ClusterClocks), ServiceLifecycleStage.Active, Begin, End);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => Share();

    private Task Begin(CancellationToken ct)
    {
        silos.SubscribeToSiloStatusEvents(this);
        Share();
        home.Reach = customers;
        home.KeepClocks(Wake, key => _share.Has(key));
        return Task.CompletedTask;
    }

    /// <summary>From here on the others look after everybody: they can still reach those who live here, until they left.</summary>
    private Task End(CancellationToken ct)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _isOver = true;
        Share();
        return Task.CompletedTask;
    }

    private void Share()
    {
        lock (_changing)
        {
            var up = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => silo.ToParsableString());
            _share = new SiloShare(_here, _isOver ? [] : up);
        }
    }

    private ValueTask Wake(CustomerKey key, CancellationToken ct) => _share.IsMember
        ? customers.Wake(key, ct)
        : ValueTask.FromException(new CustomersUnavailableException(
            Unavailability.Draining, "This silo is no member of the cluster.", TimeSpan.FromSeconds(1)));
}
