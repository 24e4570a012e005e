using System.Collections.Concurrent;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Silo.Customers;

/// <summary>
/// Customers whose grains are active on this silo. The gateway beside it asks those in the silo's home directly: a grain has no state of
/// its own to pass by, and a message that stays in the process would still cost as much as the turn.
/// </summary>
public sealed class LocalCustomers
{
    private readonly ConcurrentDictionary<CustomerKey, int> _activations = new();

    /// <summary>A silo that takes a customer back may activate it while the activation before is not quite gone: both are counted.</summary>
    public void Add(CustomerKey key) => _activations.AddOrUpdate(key, 1, static (_, count) => count + 1);

    public void Remove(CustomerKey key)
    {
        if (_activations.AddOrUpdate(key, 0, static (_, count) => count - 1) == 0)
        {
            _activations.TryRemove(new(key, 0));
        }
    }

    /// <summary>Whether a grain of this silo answers for the customer. An answer that is just becoming untrue does no harm: the key of the
    /// journal decides who has a turn acknowledged.</summary>
    public bool Have(CustomerKey key) => _activations.ContainsKey(key);
}
