using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>
/// When to look again at customers that were looked at without a turn: their rows say an earlier time. A checkpoint writes it, these two
/// columns alone. What is lost of them costs another look, no more. Used by any thread.
/// </summary>
internal sealed class Redates
{
    /// <summary>Beyond, who looks at customers because of their rows waits.</summary>
    public const int Many = 20_000;

    private readonly Dictionary<CustomerKey, Redate> _waiting = [];

    public int Count
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    public bool Has(CustomerKey key)
    {
        lock (_waiting)
        {
            return _waiting.ContainsKey(key);
        }
    }

    public void Add(CustomerKey key, long version, DueColumns due)
    {
        lock (_waiting)
        {
            _waiting[key] = new Redate(key, version, due);
        }
    }

    /// <summary>Some of them. They stay until they are written (<see cref="Remove"/>), so that nobody looks at their rows meanwhile.</summary>
    public void Copy(List<Redate> some, int limit)
    {
        lock (_waiting)
        {
            foreach (var redate in _waiting.Values)
            {
                if (some.Count == limit)
                {
                    return;
                }

                some.Add(redate);
            }
        }
    }

    /// <summary>It is written, or can't be; unless there is a later one.</summary>
    public void Remove(in Redate redate)
    {
        lock (_waiting)
        {
            if (_waiting.TryGetValue(redate.Key, out var now) && now == redate)
            {
                _waiting.Remove(redate.Key);
            }
        }
    }
}

/// <summary>When to look again at a customer that is at a version.</summary>
internal readonly record struct Redate(CustomerKey Key, long Version, DueColumns Due);
