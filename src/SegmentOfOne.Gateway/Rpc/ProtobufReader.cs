using System.Buffers.Binary;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>Reads fields of a protobuf message whose bytes are as writers write them. Whatever isn't, and tags of more than a byte, end it with false.</summary>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The tag of the next field: its number times 8, and how it is coded. False at the end.</summary>
    public bool TryTag(out byte tag)
    {
        tag = _rest.IsEmpty ? (byte)0 : _rest[0];
        _rest = tag == 0 ? _rest : _rest[1..];
        return tag != 0;
    }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < LongestVarint; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    public bool TryDouble(out double value)
    {
        value = 0;
        if (_rest.Length < sizeof(double))
        {
            return false;
        }

        value = BinaryPrimitives.ReadDoubleLittleEndian(_rest);
        _rest = _rest[sizeof(double)..];
        return true;
    }

    /// <summary>What has a length: text, or a message.</summary>
    public bool TryBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryVarint(out var length) || length > (ulong)_rest.Length)
        {
            return false;
        }

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
