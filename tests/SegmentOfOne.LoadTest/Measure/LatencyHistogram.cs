using System.Numerics;

namespace SegmentOfOne.LoadTest.Measure;

/// <summary>
/// Counts of durations, in nanoseconds, in buckets that are exact below 256 ns and then 128 to each doubling, so that a
/// percentile is off by less than 1/128 of itself, whatever its size (the idea of HdrHistogram). Two of them add up exactly to
/// the histogram of both, in any order. Not safe for several threads at once: give each its own and add them.
/// </summary>
public sealed class LatencyHistogram
{
    private const int BitsOfPrecision = 7;

    /// <summary>The longest duration told apart, a little over 73 minutes; longer ones count in the last bucket.</summary>
    public const long TopNanoseconds = (1L << 42) - 1;

    private readonly long[] _counts = new long[BucketOf(TopNanoseconds) + 1];
    private UInt128 _sum;
    private long _min = long.MaxValue;

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest recorded, exact; 0 when empty.</summary>
    public long MinNanoseconds => Count == 0 ? 0 : _min;

    /// <summary>The longest recorded, exact; 0 when empty.</summary>
    public long MaxNanoseconds { get; private set; }

    /// <summary>The mean of what was recorded; 0 when empty.</summary>
    public double MeanNanoseconds => Count == 0 ? 0 : (double)_sum / Count;

    /// <summary>All that was recorded, added up, exact.</summary>
    public UInt128 SumNanoseconds => _sum;

    /// <summary>The buckets that hold something, ascending, each with how many durations.</summary>
    public IEnumerable<(int Bucket, long Count)> Buckets
    {
        get
        {
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                if (_counts[bucket] > 0)
                {
                    yield return (bucket, _counts[bucket]);
                }
            }
        }
    }

    /// <summary>The histogram that another process had: what its <see cref="Buckets"/>, sum, shortest and longest said.</summary>
    /// <exception cref="InvalidDataException">No histogram says that.</exception>
    public static LatencyHistogram Of(IEnumerable<(int Bucket, long Count)> buckets, UInt128 sum, long min, long max)
    {
        var histogram = new LatencyHistogram();
        foreach (var (bucket, count) in buckets)
        {
            if (bucket < 0 || bucket >= histogram._counts.Length || count < 1 || histogram._counts[bucket] > 0 || histogram.Count > long.MaxValue - count)
            {
                throw new InvalidDataException($"A histogram has no bucket {bucket} with {count}.");
            }
            histogram._counts[bucket] = count;
            histogram.Count += count;
        }
        var isSound = histogram.Count == 0 ? sum == 0 && min == 0 && max == 0
            : min >= 0 && max >= min && histogram._counts[BucketOf(Math.Min(min, TopNanoseconds))] > 0 && histogram._counts[BucketOf(Math.Min(max, TopNanoseconds))] > 0;
        if (!isSound)
        {
            throw new InvalidDataException($"A histogram of {histogram.Count} durations isn't from {min} to {max} ns.");
        }
        (histogram._sum, histogram.MaxNanoseconds) = (sum, max);
        histogram._min = histogram.Count == 0 ? long.MaxValue : min;
        return histogram;
    }

    /// <summary>Counts one duration; a negative one as zero.</summary>
    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        _counts[BucketOf(Math.Min(nanoseconds, TopNanoseconds))]++;
        Count++;
        _sum += (ulong)nanoseconds;
        _min = Math.Min(_min, nanoseconds);
        MaxNanoseconds = Math.Max(MaxNanoseconds, nanoseconds);
    }

    /// <summary>Adds all that another histogram has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }
        Count += other.Count;
        _sum += other._sum;
        _min = Math.Min(_min, other._min);
        MaxNanoseconds = Math.Max(MaxNanoseconds, other.MaxNanoseconds);
    }

    /// <summary>
    /// The duration in nanoseconds that a share of those recorded do not exceed: the one at rank ⌈share·n⌉, within 1/128
    /// of it; 0 when empty.
    /// </summary>
    /// <param name="share">In (0, 1].</param>
    public long Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        if (Count == 0)
        {
            return 0;
        }
        var rank = (long)Math.Ceiling(share * Count);
        int bucket = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[bucket])
        {
            bucket++;
        }

        // The last bucket has no upper end; what stands in it is at most the longest recorded.
        return bucket == _counts.Length - 1 ? MaxNanoseconds : Math.Clamp(MiddleOf(bucket), _min, MaxNanoseconds);
    }

    private static int BucketOf(long nanoseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - BitsOfPrecision);
        return (shift << BitsOfPrecision) + (int)(nanoseconds >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> BitsOfPrecision) - 1);
        var lower = (long)(bucket - (shift << BitsOfPrecision)) << shift;
        return lower + ((1L << shift) >> 1);
    }
}
