using System.Runtime.InteropServices;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// Which ids the store has of customers in memory that have more than the filter in their state holds, so that history needn't be asked about
/// each that they bring. An id comes here when the turn by which it left the recent ones has been saved; until then it is in
/// <see cref="Shard.LeftIds"/>. It may have ids that no store has, never too few: whatever makes a state be read anew lets its ids go.
/// Beyond the budget the customers longest unasked are let go; one that is too large by itself isn't kept. History is asked about theirs then.
/// Its lock is held for computing alone, and none is taken within it.
/// </summary>
internal sealed class IdMemory(long budgetBytes)
{
    /// <summary>Reading so many ids costs about as much as asking about one.</summary>
    private const long ReadForOneAsked = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<CustomerKey, LinkedListNode<SavedIds>> _customers = [];
    private readonly LinkedList<SavedIds> _lastAsked = [];
    private long _bytes;
    private int _count;

    /// <summary>Bytes that are kept, at most the budget.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Whether the store certainly hasn't got an id of a customer; false: perhaps it has.</summary>
    public bool IsNew(CustomerKey customer, ulong hash)
    {
        lock (_gate)
        {
            if (!_customers.TryGetValue(customer, out var node))
            {
                return false;
            }

            _lastAsked.Remove(node);
            _lastAsked.AddFirst(node);
            return node.Value.IsComplete && !node.Value.MayHave(hash);
        }
    }

    /// <summary>Begins to keep the ids of a customer: those that come meanwhile, while whoever asked reads those that the store has. To be called
    /// under the lock of a customer whose state is in memory. One id in so many begins it as make the reading cost as much as they do.</summary>
    /// <param name="count">How many ids the store may have.</param>
    /// <param name="hash">The id that history has to be asked about.</param>
    /// <returns>Null: they are kept or being read, or it isn't worth it now.</returns>
    public SavedIds? Begin(CustomerKey customer, long count, ulong hash)
    {
        if (SavedIds.BytesFor(count) > budgetBytes || hash % (ulong)(1 + (count / ReadForOneAsked)) != 0)
        {
            return null;
        }

        lock (_gate)
        {
            if (_customers.ContainsKey(customer))
            {
                return null;
            }

            var ids = new SavedIds(customer, count);
            _customers.Add(customer, _lastAsked.AddFirst(ids));
            _count++;
            _bytes += ids.Bytes;
            KeepBudget();
            return ids;
        }
    }

    /// <summary>Adds ids that were read; false: they are no longer wanted.</summary>
    public bool Add(SavedIds ids, List<ulong> read, bool isAll)
    {
        lock (_gate)
        {
            if (!IsKept(ids))
            {
                return false;
            }

            foreach (var hash in CollectionsMarshal.AsSpan(read))
            {
                Add(ids, hash);
            }

            ids.IsComplete = isAll;
            KeepBudget();
            return IsKept(ids);
        }
    }

    /// <summary>The store has an id from now on.</summary>
    public void Add(CustomerKey customer, ulong hash)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_customers.TryGetValue(customer, out var node))
            {
                Add(node.Value, hash);
                KeepBudget();
            }
        }
    }

    /// <summary>Lets the ids of a customer go.</summary>
    public void Drop(CustomerKey customer)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_customers.TryGetValue(customer, out var node))
            {
                Drop(node);
            }
        }
    }

    /// <summary>Lets ids go whose reading failed.</summary>
    public void Drop(SavedIds ids)
    {
        lock (_gate)
        {
            if (IsKept(ids))
            {
                Drop(_customers[ids.Customer]);
            }
        }
    }

    private bool IsKept(SavedIds ids) => _customers.TryGetValue(ids.Customer, out var node) && node.Value == ids;

    private void Add(SavedIds ids, ulong hash)
    {
        _bytes -= ids.Bytes;
        ids.Add(hash);
        _bytes += ids.Bytes;
    }

    private void KeepBudget()
    {
        while (_bytes > budgetBytes)
        {
            Drop(_lastAsked.Last!);
        }
    }

    private void Drop(LinkedListNode<SavedIds> node)
    {
        _lastAsked.Remove(node);
        _customers.Remove(node.Value.Customer);
        _count--;
        _bytes -= node.Value.Bytes;
    }
}
