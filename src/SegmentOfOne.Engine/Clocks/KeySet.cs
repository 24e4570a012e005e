using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>Customers that wait for something, each once. Used by any thread.</summary>
internal sealed class KeySet
{
    private readonly HashSet<CustomerKey> _keys = [];
    private readonly Queue<CustomerKey> _order = [];

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
            if (_keys.Add(key))
            {
                _order.Enqueue(key);
            }
        }
    }

    /// <summary>Takes the one out that was added first.</summary>
    public bool TryTake(out CustomerKey key)
    {
        lock (_keys)
        {
            if (!_order.TryDequeue(out key))
            {
                return false;
            }

            _keys.Remove(key);
            if (_order.Count == 0)
            {
                // There may have been a great many, after a crash.
                _keys.TrimExcess();
                _order.TrimExcess();
            }

            return true;
        }
    }
}
