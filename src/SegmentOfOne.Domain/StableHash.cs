using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SegmentOfOne.Domain;

/// <summary>SipHash-2-4 (Aumasson and Bernstein 2012): the same 64 bits on every machine and in every process,
/// not to be foreseen without the 128-bit key. The key's low half is k0, its high half k1, as the first and last
/// eight bytes of the 16 in little-endian order.</summary>
public static class StableHash
{
    /// <summary>Of bytes.</summary>
    public static ulong Of(UInt128 key, ReadOnlySpan<byte> bytes)
    {
        var k0 = (ulong)key;
        var k1 = (ulong)(key >> 64);
        var v0 = k0 ^ 0x736f6d6570736575;
        var v1 = k1 ^ 0x646f72616e646f6d;
        var v2 = k0 ^ 0x6c7967656e657261;
        var v3 = k1 ^ 0x7465646279746573;

        var rest = bytes;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        var last = (ulong)bytes.Length << 56;
        for (var i = 0; i < rest.Length; i++)
        {
            last |= (ulong)rest[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>Of text, as its UTF-16 code units in little-endian order.</summary>
    public static ulong Of(UInt128 key, ReadOnlySpan<char> text)
    {
        if (BitConverter.IsLittleEndian)
        {
            return Of(key, MemoryMarshal.AsBytes(text));
        }

        var units = new byte[text.Length * 2];
        for (var i = 0; i < text.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(units.AsSpan(i * 2), text[i]);
        }

        return Of(key, units);
    }

    /// <summary>Of an interaction id or other text of one customer.</summary>
    public static ulong Of(CustomerKey key, string text) => Of(key.Value, text.AsSpan());

    /// <summary>Of a property's value, the same for every customer.</summary>
    public static ulong Of(PropertyValue value) => Of(default(CustomerKey), value);

    /// <summary>Of a property's value under one customer's key; a number and the text that shows it differ.</summary>
    public static ulong Of(CustomerKey key, PropertyValue value) => value.Kind switch
    {
        PropertyKind.Text => Of(key, value.Text),
        PropertyKind.Number => OfNumber(key.Value + 1, value.Number),
        PropertyKind.Truth => OfNumber(key.Value + 2, value.Truth ? 1 : 0),
        _ => throw new UnreachableException($"property kind {value.Kind}"),
    };

    private static ulong OfNumber(UInt128 key, double number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        return Of(key, bytes);
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
