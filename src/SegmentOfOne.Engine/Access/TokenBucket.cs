namespace SegmentOfOne.Engine.Access;

/// <summary>
/// A bucket of tokens that fills at a steady rate, as one number: when it will be full again (the generic cell rate algorithm). Taken from
/// by any number of threads, without a lock. Time is in ticks of any clock that goes steadily on.
/// </summary>
public sealed class TokenBucket(RateLimit limit)
{
    private readonly TokenRate _rate = new(limit);
    private long _fullAt = long.MinValue;

    public RateLimit Limit { get; } = limit;

    /// <summary>Takes one; false: there is none, and <paramref name="wait"/> says when there will be.</summary>
    public bool TryTake(long now, out TimeSpan wait)
    {
        while (true)
        {
            var fullAt = Volatile.Read(ref _fullAt);
            if (!_rate.TryTake(fullAt, now, out var after, out wait))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _fullAt, after, fullAt) == fullAt)
            {
                return true;
            }
        }
    }
}

/// <summary>The sums of a bucket.</summary>
internal readonly struct TokenRate(RateLimit limit)
{
    /// <summary>Ticks for one token.</summary>
    private readonly long _each = Math.Max(1, (long)(TimeSpan.TicksPerSecond / limit.PerSecond));

    private readonly long _burst = Math.Max(1, (long)(TimeSpan.TicksPerSecond / limit.PerSecond)) * limit.Burst;

    /// <param name="fullAt">When the bucket will be full.</param>
    /// <param name="after">When it will be full after one was taken.</param>
    public bool TryTake(long fullAt, long now, out long after, out TimeSpan wait)
    {
        after = Math.Max(fullAt, now) + _each;
        wait = new TimeSpan(Math.Max(0, after - now - _burst));
        return wait == TimeSpan.Zero;
    }
}
