using System.Buffers;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Store;

/// <summary>Goes through a stretch of turns as history keeps it: {length, a turn's bytes} for each, in order of version.</summary>
internal ref struct TurnChunk(CustomerKey customer, long firstVersion, ReadOnlySpan<byte> rest)
{
    /// <summary>Turns in one chunk at most, and how many may pass between two anchors: a replay folds fewer than twice as many.</summary>
    public const int MaxTurns = 128;

    private ReadOnlySpan<byte> rest = rest;

    public long Version { get; private set; } = firstVersion - 1;

    public ReadOnlySpan<byte> Turn { get; private set; }

    /// <summary>Adds a turn to a stretch.</summary>
    public static void Write(IBufferWriter<byte> chunk, ReadOnlySpan<byte> turn)
    {
        chunk.Advance(VarInt.Write(chunk.GetSpan(VarInt.MaxBytes), (ulong)turn.Length));
        chunk.Write(turn);
    }

    public bool MoveNext()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        if (!VarInt.TryRead(ref rest, out var length) || length > (ulong)rest.Length)
        {
            throw new CustomerDamagedException(customer, EnvelopeKinds.Turns);
        }

        Turn = rest[..(int)length];
        rest = rest[(int)length..];
        Version++;
        return true;
    }
}
