using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>Fields of protobuf messages as bytes, in memory that serves again and again: as the library writes a message, without the message. What has
/// its default value takes no bytes.</summary>
public sealed class ProtobufWriter
{
    private const int Room = 1024;
    private const int MostKept = 64 * 1024;

    private byte[] _bytes = new byte[Room];
    private int _length;

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > MostKept)
        {
            _bytes = new byte[Room];
        }
    }

    public void Number(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Varint);
            Varint(value);
        }
    }

    public void Number(int field, double value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Fixed64);
            BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);
        }
    }

    public void Text(int field, string text)
    {
        if (text.Length > 0)
        {
            Tag(field, WireType.Bytes);
            var count = Encoding.UTF8.GetByteCount(text);
            Varint((ulong)count);
            Encoding.UTF8.GetBytes(text, Take(count));
        }
    }

    public void Text(int field, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty)
        {
            Tag(field, WireType.Bytes);
            Varint((ulong)utf8.Length);
            utf8.CopyTo(Take(utf8.Length));
        }
    }

    /// <summary>Begins a message within this one, which is there even if nothing follows; to be given to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        Take(1);
        return _length;
    }

    public void End(int begun)
    {
        var length = _length - begun;
        var more = LengthOf((ulong)length) - 1;
        Take(more);
        _bytes.AsSpan(begun, length).CopyTo(_bytes.AsSpan(begun + more));
        _length = begun - 1;
        Varint((ulong)length);
        _length += length;
    }

    private static int LengthOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    private void Varint(ulong value)
    {
        var bytes = Take(LengthOf(value));
        for (var i = 0; i < bytes.Length - 1; i++, value >>= 7)
        {
            bytes[i] = (byte)(value | 0x80);
        }

        bytes[^1] = (byte)value;
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
