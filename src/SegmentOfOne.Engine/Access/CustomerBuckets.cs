using System.Runtime.InteropServices;

namespace SegmentOfOne.Engine.Access;

/// <summary>
/// A bucket of tokens for each customer that was heard of lately, in a table that never grows. A name may stand in one of
/// <see cref="Ways"/> places; where all are taken, the bucket that is fullest is forgotten: that of whoever asked for least. A full bucket
/// and one that is not there are the same.
/// </summary>
public sealed class CustomerBuckets
{
    private const int Ways = 16;

    private readonly TokenRate _rate;
    private readonly Bucket[] _buckets;
    private readonly Lock[] _locks;
    private readonly int _sets;

    /// <param name="capacity">Customers at once, rounded up to a power of two; 16 bytes each.</param>
    public CustomerBuckets(RateLimit limit, int capacity = 1 << 16)
    {
        Limit = limit;
        _rate = new TokenRate(limit);
        _sets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _buckets = new Bucket[_sets * Ways];
        _locks = new Lock[Math.Min(_sets, 256)];
        for (var i = 0; i < _locks.Length; i++)
        {
            _locks[i] = new Lock();
        }
    }

    public RateLimit Limit { get; }

    /// <summary>How many there may be at once.</summary>
    public int Capacity => _buckets.Length;

    /// <summary>Takes one token of a customer's; false: there is none, and <paramref name="wait"/> says when there will be.</summary>
    public bool TryTake(string kind, string value, long now, out TimeSpan wait)
    {
        // Hashes of texts differ from process to process, so nobody can choose names that meet in one set.
        var name = ((ulong)(uint)kind.GetHashCode() << 32 | (uint)value.GetHashCode()) | 1;
        var set = (int)((name * 0x9E3779B97F4A7C15) >> 40) & (_sets - 1);
        lock (_locks[set & (_locks.Length - 1)])
        {
            ref var bucket = ref Find(_buckets.AsSpan(set * Ways, Ways), name, now);
            if (!_rate.TryTake(bucket.FullAt, now, out var after, out wait))
            {
                return false;
            }

            bucket.FullAt = after;
            return true;
        }
    }

    private static ref Bucket Find(Span<Bucket> set, ulong name, long now)
    {
        ref var fullest = ref MemoryMarshal.GetReference(set);
        foreach (ref var bucket in set)
        {
            if (bucket.Name == name)
            {
                return ref bucket;
            }

            if (bucket.Name == 0 || bucket.FullAt < fullest.FullAt)
            {
                fullest = ref bucket;
                if (bucket.Name == 0)
                {
                    break;
                }
            }
        }

        fullest = new Bucket { Name = name, FullAt = now };
        return ref fullest;
    }

    private struct Bucket
    {
        /// <summary>0: nobody's.</summary>
        public ulong Name;
        public long FullAt;
    }
}
