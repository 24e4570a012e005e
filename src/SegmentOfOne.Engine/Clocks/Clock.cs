using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Clocks;

/// <summary>Wakes customers in memory when something of theirs is due. Looks at the earliest of each shard, without a lock, at least every
/// <see cref="Tick"/>: a few microseconds.</summary>
internal sealed class Clock(CustomerHome home)
{
    /// <summary>By so much, at most, is noticed late what was entered meanwhile, or that somebody moved the clock.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Wakes that wait for their commit, or for a customer to be read.</summary>
    private const int AtOnce = 256;

    private readonly Wakes _wakes = new(home, AtOnce);

    public void Run(ManualResetEventSlim stop)
    {
        try
        {
            Watch(stop);
        }
        catch (OperationCanceledException) when (home.Stopping.IsCancellationRequested)
        {
            // What is due is found again after the next start.
        }
    }

    private void Watch(ManualResetEventSlim stop)
    {
        for (var rest = Tick; !stop.Wait(rest);)
        {
            var now = home.Now;
            for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
            {
                while (!stop.IsSet && TryTake(shard, now, out var key))
                {
                    _wakes.Begin(key);
                }
            }

            rest = Rest(home.Now);
        }
    }

    /// <summary>Takes a customer of a shard that is to be looked at by now out of its heap.</summary>
    public bool TryTake(int number, Instant now, out CustomerKey key)
    {
        key = default;
        var shard = home.Residents.Shard(number);
        if (shard.EarliestDue > now.UnixMilliseconds)
        {
            return false;
        }

        lock (shard.Gate)
        {
            return shard.TryTakeDue(now.UnixMilliseconds, out key);
        }
    }

    private TimeSpan Rest(Instant now)
    {
        var earliest = now.UnixMilliseconds + (long)Tick.TotalMilliseconds;
        for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
        {
            earliest = Math.Min(earliest, home.Residents.Shard(shard).EarliestDue);
        }

        return TimeSpan.FromMilliseconds(Math.Max(1, earliest - now.UnixMilliseconds));
    }
}
