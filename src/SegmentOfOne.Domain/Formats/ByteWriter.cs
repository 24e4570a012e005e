using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace SegmentOfOne.Domain.Formats;

/// <summary>
/// Writes the primitives of the formats into a buffer of the caller's, and into a pooled one when that is too small.
/// Integers are varints (7 bits a byte, least first), signed ones zig-zag. Pass it by reference, and <see cref="Dispose"/> it once.
/// </summary>
public ref struct ByteWriter
{
    /// <summary>How <see cref="Number"/> counts numbers with few decimals.</summary>
    internal const double TenThousandths = 10_000;

    // Counts below this are exact in a double and cost at most 8 bytes.
    private const double LargestCount = 1L << 48;

    private Span<byte> buffer;
    private byte[]? rented;
    private int length;

    /// <param name="initial">Where to begin writing, such as a stackalloc; may be empty.</param>
    public ByteWriter(Span<byte> initial) => buffer = initial;

    /// <summary>What was written; valid until the next write or <see cref="Dispose"/>.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    /// <summary>Begins anew in the same buffer.</summary>
    public void Clear() => length = 0;

    /// <summary>Gives a pooled buffer back.</summary>
    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        this = default;
    }

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Most are of one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Varint(ulong value)
    {
        if (value < 0x80 && length < buffer.Length)
        {
            buffer[length++] = (byte)value;
            return;
        }

        LongVarint(value);
    }

    private void LongVarint(ulong value)
    {
        var target = Reserve(10);
        var used = 0;
        while (value >= 0x80)
        {
            target[used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[used++] = (byte)value;
        length += used;
    }

    /// <summary>A number from 0.</summary>
    public void Natural(long value) => Varint((ulong)value);

    public void ZigZag(long value) => Varint(Folded(value));

    /// <summary>4 bytes, little-endian.</summary>
    public void Fixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>8 bytes, little-endian.</summary>
    public void Fixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>A number that often has few decimals: a varint that counts ones or ten-thousandths where that gives
    /// the same bits back, else a byte 0 and the 8 bytes.</summary>
    public void Number(double value)
    {
        if (Counts(value, 1, out var ones))
        {
            Varint((Folded(ones) << 1) + 1);
        }
        else if (Counts(value, TenThousandths, out var parts))
        {
            Varint((Folded(parts) << 1) + 2);
        }
        else
        {
            Byte(0);
            Fixed64(BitConverter.DoubleToUInt64Bits(value));
        }
    }

    /// <summary>Sign and scale in a byte, then the 96 bits as a varint.</summary>
    public void Money(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        Byte((byte)(((parts[3] >> 16) & 0x1F) | (parts[3] < 0 ? 0x80 : 0)));
        var bits = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        for (; bits >= 0x80; bits >>= 7)
        {
            Byte((byte)((byte)bits | 0x80));
        }

        Byte((byte)bits);
    }

    /// <summary>A word of the <see cref="Vocabulary"/> by its number, other text as its length in bytes and UTF-8.</summary>
    public void Text(string value)
    {
        if (Vocabulary.TryNumber(value, out var number))
        {
            Varint(((ulong)number << 1) | 1);
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)bytes << 1);
        Encoding.UTF8.GetBytes(value, Take(bytes));
    }

    /// <summary>Null is a byte 0; else a byte 1 and the text.</summary>
    public void OptionalText(string? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            Text(value);
        }
    }

    /// <summary>Their number, and the bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Natural(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    private static ulong Folded(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static bool Counts(double value, double scale, out long count)
    {
        var scaled = Math.Round(value * scale);
        if (!(Math.Abs(scaled) < LargestCount))
        {
            count = 0;
            return false;
        }

        count = (long)scaled;
        return BitConverter.DoubleToInt64Bits(count / scale) == BitConverter.DoubleToInt64Bits(value);
    }

    private Span<byte> Take(int count)
    {
        var target = Reserve(count)[..count];
        length += count;
        return target;
    }

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
        {
            Grow(count);
        }

        return buffer[length..];
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, buffer.Length * 2));
        Written.CopyTo(larger);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        buffer = rented = larger;
    }
}
