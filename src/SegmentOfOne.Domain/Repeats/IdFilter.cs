using System.Numerics;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain.Repeats;

/// <summary>
/// A Bloom filter that grows by appending layers of 1, 1, 2, 4, 8, 16 and 32 blocks of 64 bytes, each when the one before is full,
/// <see cref="Limits.FilterBlocks"/> in all. The hash picks one block of a layer and 7 bits of it. At 10 bits an id
/// a layer says "perhaps" to about one in a hundred ids that it doesn't have.
/// When all are full the blocks are let go, and the filter says "perhaps" to every id.
/// </summary>
public sealed class IdFilter
{
    internal const int IdsPerBlock = 51;

    private readonly List<ulong> words = [];

    /// <summary>Ids that were added.</summary>
    public long Count { get; private set; }

    /// <summary>More ids were added than there is room for.</summary>
    public bool IsFull => Count > Limits.FilterBlocks * IdsPerBlock;

    /// <summary>The blocks, 8 words each.</summary>
    public ReadOnlySpan<ulong> Words => CollectionsMarshal.AsSpan(words);

    /// <summary>False: this id was never added. True: perhaps it was.</summary>
    public bool MayHave(ulong hash)
    {
        if (IsFull)
        {
            return true;
        }

        var blocks = words.Count / IdBlock.Words;
        for (int start = 0, size = 1; start < blocks; start += size, size = start)
        {
            if (IdBlock.MayHave(Block(start, size, hash), hash))
            {
                return true;
            }
        }

        return false;
    }

    internal void Add(ulong hash)
    {
        Count++;
        if (IsFull)
        {
            words.Clear();
            return;
        }

        var (start, size) = LayerOf(Count);
        var needed = (start + size) * IdBlock.Words;
        if (words.Count < needed)
        {
            var before = words.Count;
            CollectionsMarshal.SetCount(words, needed);
            CollectionsMarshal.AsSpan(words)[before..].Clear();
        }

        IdBlock.Add(Block(start, size, hash), hash);
    }

    /// <summary>How many words a filter of so many ids has.</summary>
    internal static int WordsFor(long count)
    {
        if (count is 0 or > Limits.FilterBlocks * IdsPerBlock)
        {
            return 0;
        }

        var (start, size) = LayerOf(count);
        return (start + size) * IdBlock.Words;
    }

    /// <summary>Takes a stored filter of so many ids; the caller fills the words returned.</summary>
    internal Span<ulong> Restore(long count)
    {
        Count = count;
        CollectionsMarshal.SetCount(words, WordsFor(count));
        return CollectionsMarshal.AsSpan(words);
    }

    internal void Clear()
    {
        Count = 0;
        words.Clear();
    }

    /// <summary>The first block and the number of blocks of the layer that takes the id of this number (from 1).</summary>
    private static (int Start, int Size) LayerOf(long number)
    {
        var block = (uint)((number - 1) / IdsPerBlock);
        var start = block == 0 ? 0 : 1 << BitOperations.Log2(block);
        return (start, Math.Max(start, 1));
    }

    private Span<ulong> Block(int start, int size, ulong hash) =>
        CollectionsMarshal.AsSpan(words).Slice((start + (int)(hash >> 59) % size) * IdBlock.Words, IdBlock.Words);
}
