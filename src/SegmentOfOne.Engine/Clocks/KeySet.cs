using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>Customers that wait for something, each once. Used by any thread.</summary>
internal sealed class KeySet
{
    private readonly HashSet<CustomerKey> _keys = [];

    public int Count
    {
        get
        {
            lock (_keys)
            {
                return _keys.Count;
            }
        }
    }

    public bool Has(CustomerKey key)
    {
        lock (_keys)
        {
            return _keys.Contains(key);
        }
    }

    public void Add(CustomerKey key)
    {
        lock (_keys)
        {
            _keys.Add(key);
        }
    }

    /// <summary>Takes one out, whichever.</summary>
    public bool TryTake(out CustomerKey key)
    {
        lock (_keys)
        {
            foreach (var any in _keys)
            {
                key = any;
                _keys.Remove(any);
                return true;
            }

            key = default;
            return false;
        }
    }
}
