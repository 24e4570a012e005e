using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace SegmentOfOne.Domain.Formats;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Whatever the bytes, it reads within them, makes nothing that is larger than they
/// are, and throws nothing but <see cref="MalformedBytesException"/>.</summary>
/// <param name="lexicon">Where <see cref="Word"/> looks first; null: nowhere.</param>
public ref struct ByteReader(ReadOnlySpan<byte> bytes, Lexicon? lexicon = null)
{
    private const int LongestVarint = 10;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Bytes that are not read yet.</summary>
    public readonly int Left => rest.Length;

    public byte Byte() => Take(1)[0];

    /// <summary>Most are of one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Varint()
    {
        if (!rest.IsEmpty && rest[0] < 0x80)
        {
            ulong value = rest[0];
            rest = rest[1..];
            return value;
        }

        return LongVarint();
    }

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    public long Natural(long most = long.MaxValue)
    {
        var value = Varint();
        return value <= (ulong)most ? (long)value : throw new MalformedBytesException($"{value} where at most {most} can be");
    }

    /// <summary>A number from 0 to <paramref name="most"/>, such as a count.</summary>
    public int Count(int most) => (int)Natural(most);

    public long ZigZag() => Unfolded(Varint());

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <inheritdoc cref="ByteWriter.Number"/>
    public double Number()
    {
        var coded = Varint();
        if (coded == 0)
        {
            return BitConverter.UInt64BitsToDouble(Fixed64());
        }

        var count = Unfolded((coded - 1) >> 1);
        return (coded & 1) == 1 ? count : count / ByteWriter.TenThousandths;
    }

    /// <inheritdoc cref="ByteWriter.Money"/>
    public decimal Money()
    {
        var head = Byte();
        UInt128 bits = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            bits |= (UInt128)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                break;
            }

            if (shift > 91)
            {
                throw new MalformedBytesException("a decimal exceeds 96 bits");
            }
        }

        var scale = head & 0x7F;
        return scale <= 28 && bits >> 96 == 0
            ? new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), head >= 0x80, (byte)scale)
            : throw new MalformedBytesException("a decimal is out of range");
    }

    /// <inheritdoc cref="ByteWriter.Text"/>
    public string Text() => Text("");

    /// <summary>A text that comes again and again, with other customers too.</summary>
    public string Word() => lexicon is null ? Text() : TextOf("", lexicon);

    /// <summary>A text; <paramref name="known"/> itself where it says the same in ASCII, so that what is read again and again takes no memory.</summary>
    public string Text(string known) => TextOf(known, null);

    /// <inheritdoc cref="ByteWriter.OptionalText"/>
    public string? OptionalText() => Count(1) == 0 ? null : Text();

    /// <inheritdoc cref="ByteWriter.Bytes"/>
    public ReadOnlySpan<byte> Bytes() => Take((ulong)Natural());

    /// <summary>Nothing may be left.</summary>
    public readonly void End()
    {
        if (!rest.IsEmpty)
        {
            throw new MalformedBytesException($"{rest.Length} bytes are left over");
        }
    }

    private string TextOf(string known, Lexicon? words)
    {
        var head = Varint();
        if ((head & 1) == 1)
        {
            return Vocabulary.TryWord(head >> 1, out var word) ? word : throw new MalformedBytesException($"word {head >> 1} is unknown");
        }

        var utf8 = Take(head >> 1);
        if (utf8.Length == known.Length && Ascii.Equals(utf8, known))
        {
            return known;
        }

        return Utf8.IsValid(utf8) ? words?.Of(utf8) ?? Encoding.UTF8.GetString(utf8) : throw new MalformedBytesException("a text is no UTF-8");
    }

    private static long Unfolded(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private ulong LongVarint()
    {
        ulong value = 0;
        var left = rest;
        for (var i = 0; i < left.Length && i < LongestVarint; i++)
        {
            ulong next = left[i];
            value |= (next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                rest = left[(i + 1)..];
                return i == LongestVarint - 1 && next > 1 ? throw TooLong() : value;
            }
        }

        throw left.Length < LongestVarint ? new MalformedBytesException("a varint has no end") : TooLong();

        static MalformedBytesException TooLong() => new("a varint exceeds 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if ((ulong)rest.Length < count)
        {
            throw new MalformedBytesException($"{count} bytes where {rest.Length} are left");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
