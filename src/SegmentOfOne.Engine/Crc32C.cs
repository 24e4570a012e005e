using System.Buffers.Binary;
using System.Numerics;

namespace SegmentOfOne.Engine;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <param name="seed">What the bytes belong to, so that the right bytes in the wrong place don't pass.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, seed);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
