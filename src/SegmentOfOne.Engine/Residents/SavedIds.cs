using System.Runtime.InteropServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Engine.Residents;

/// <summary>
/// A Bloom filter of the ids of one customer that the store has. Grows by layers, each as large as all before, so that nothing is copied;
/// at <see cref="BytesPerId"/> a layer says "perhaps" to about one in a thousand ids that it doesn't have. Not to be used by two threads at once.
/// </summary>
internal sealed class SavedIds(CustomerKey customer, long expected)
{
    /// <summary>Bytes that an id takes of a full layer.</summary>
    public const int BytesPerId = 2;

    private const int IdsPerBlock = IdBlock.Words * sizeof(ulong) / BytesPerId;
    private const int LeastBlocks = 64;

    /// <summary>8 MB, which are cleared in the time of some turns.</summary>
    private const int MostBlocks = 1 << 17;

    private readonly List<ulong[]> _layers = [new ulong[FirstBlocks(expected) * IdBlock.Words]];
    private long _room = FirstBlocks(expected) * IdsPerBlock;

    public CustomerKey Customer { get; } = customer;

    /// <summary>Every id that the store has was added: what isn't here isn't there.</summary>
    public bool IsComplete { get; set; }

    public long Bytes { get; private set; } = BytesFor(expected);

    /// <summary>Bytes for so many ids and half as many to come.</summary>
    public static long BytesFor(long expected) => FirstBlocks(expected) * IdBlock.Words * sizeof(ulong);

    public void Add(ulong hash)
    {
        if (_room == 0)
        {
            var blocks = Math.Min(Bytes / sizeof(ulong) / IdBlock.Words, MostBlocks);
            _layers.Add(new ulong[blocks * IdBlock.Words]);
            _room = blocks * IdsPerBlock;
            Bytes += blocks * IdBlock.Words * sizeof(ulong);
        }

        _room--;
        IdBlock.Add(Block(_layers[^1], hash), hash);
    }

    /// <summary>False: this id was never added. True: perhaps it was.</summary>
    public bool MayHave(ulong hash)
    {
        foreach (var layer in CollectionsMarshal.AsSpan(_layers))
        {
            if (IdBlock.MayHave(Block(layer, hash), hash))
            {
                return true;
            }
        }

        return false;
    }

    private static long FirstBlocks(long expected) => Math.Max(LeastBlocks, (expected + (expected / 2)) / IdsPerBlock);

    private static Span<ulong> Block(ulong[] layer, ulong hash) =>
        layer.AsSpan((int)Math.BigMul(hash, (ulong)(layer.Length / IdBlock.Words), out _) * IdBlock.Words, IdBlock.Words);
}
