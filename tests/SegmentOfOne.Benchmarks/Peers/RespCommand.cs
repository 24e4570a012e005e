using System.Buffers;
using System.Buffers.Text;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>Writes one command, an array of strings of bytes, into a pooled buffer, which <see cref="Return"/> gives back.</summary>
public ref struct RespCommand
{
    private const int MostOfANumber = 16;

    private readonly byte[] _bytes;
    private int _length;

    /// <param name="arguments">How many there will be, the command's name included.</param>
    /// <param name="size">Bytes of all arguments together, or more.</param>
    public RespCommand(int arguments, int size)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(size + ((arguments + 1) * MostOfANumber));
        Number((byte)'*', arguments);
    }

    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Add(scoped ReadOnlySpan<byte> argument) => Add(argument, default);

    /// <summary>One argument made of two parts.</summary>
    public void Add(scoped ReadOnlySpan<byte> head, scoped ReadOnlySpan<byte> tail)
    {
        Number((byte)'$', head.Length + tail.Length);
        Append(head);
        Append(tail);
        Append("\r\n"u8);
    }

    public readonly void Return() => ArrayPool<byte>.Shared.Return(_bytes);

    private void Number(byte kind, int number)
    {
        _bytes[_length++] = kind;
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var digits);
        _length += digits;
        Append("\r\n"u8);
    }

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
