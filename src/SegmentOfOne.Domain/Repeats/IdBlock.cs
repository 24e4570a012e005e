namespace SegmentOfOne.Domain.Repeats;

/// <summary>A block of a Bloom filter of ids: <see cref="Words"/> words, of which each id sets <see cref="Probes"/> bits, or fewer where they coincide.</summary>
public static class IdBlock
{
    /// <summary>Words of 64 bits.</summary>
    public const int Words = 8;

    /// <summary>Bits that an id sets.</summary>
    public const int Probes = 7;

    /// <summary>False: this id was never added. True: perhaps it was.</summary>
    public static bool MayHave(ReadOnlySpan<ulong> block, ulong hash)
    {
        var bits = Bits(hash);
        for (var probe = 0; probe < Probes; probe++, bits >>= 9)
        {
            if ((block[(int)(bits >> 6) & 7] & (1UL << (int)(bits & 63))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    public static void Add(Span<ulong> block, ulong hash)
    {
        var bits = Bits(hash);
        for (var probe = 0; probe < Probes; probe++, bits >>= 9)
        {
            block[(int)(bits >> 6) & 7] |= 1UL << (int)(bits & 63);
        }
    }

    /// <summary>Seven times nine bits that say nothing of which block was picked by the upper bits of the hash.</summary>
    private static ulong Bits(ulong hash) => (hash * 0x9E3779B97F4A7C15) ^ (hash >> 29);
}
