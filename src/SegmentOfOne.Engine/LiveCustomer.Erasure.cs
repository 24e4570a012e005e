using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Journals;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Vault;

namespace SegmentOfOne.Engine;

/// <content>The end of a customer.</content>
public readonly partial struct LiveCustomer
{
    private static readonly Refusal Erased = new(
        RefusalCode.CustomerErased, "This customer was erased. Nothing about it is taken any more.");

    /// <summary>The customer takes no turns from now on; answers when those begun are durable, or known not to be.</summary>
    internal async ValueTask Hold()
    {
        while (!TryHold(out var commit))
        {
            await ((Task)commit.Done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The key of a customer that is held, and its last turn.</summary>
    internal (CustomerSecret Secret, long Version) Held
    {
        get
        {
            var shard = home.Residents.ShardOf(key);
            lock (shard.Gate)
            {
                ref var resident = ref shard.Find(key);
                return Unsafe.IsNullRef(ref resident) ? default : (resident.Secret, resident.Version);
            }
        }
    }

    /// <summary>Lets go of turns that were saved.</summary>
    internal void DropSaved(long upTo)
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            shard.Epoch++;
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                home.DropSaved(shard, ref resident, upTo);
            }
        }
    }

    /// <summary>Drops everything that memory has of the customer. What the journal has can't be read any more, and needn't be saved.</summary>
    internal void Drop()
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            shard.Epoch++;
            ref var resident = ref shard.Find(key);
            if (!Unsafe.IsNullRef(ref resident))
            {
                home.DropSaved(shard, ref resident, long.MaxValue);
                home.Residents.DropState(ref resident);
                shard.SetDue(ref resident, Resident.Never);
                resident.Secret = default;
            }
        }
    }

    /// <summary>The customer takes turns again, or is gone.</summary>
    internal void LetGo()
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            shard.Epoch++;
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                return;
            }

            resident.Flags &= ~ResidentFlags.Erasing;
            if (resident.State == 0 && resident.Tail == 0 && (resident.Flags & ResidentFlags.Saving) == 0)
            {
                shard.Remove(ref resident);
            }
        }
    }

    private bool TryHold(out Commit commit)
    {
        var shard = home.Residents.ShardOf(key);
        lock (shard.Gate)
        {
            ref var resident = ref shard.Find(key);
            if (Unsafe.IsNullRef(ref resident))
            {
                resident = ref shard.Add(key);
            }

            resident.Flags |= ResidentFlags.Erasing;
            commit = home.CommitOf(resident);
            return commit.Done.IsCompleted;
        }
    }

    /// <summary>A customer that takes no turns now.</summary>
    private Step Closed(in Resident resident) => Failed((resident.Flags & ResidentFlags.Erasing) != 0
        ? new CustomersUnavailableException(Unavailability.Storage, "The customer is being erased.", TimeSpan.FromMilliseconds(200))
        : new CustomerDamagedException(key, "record"));
}
