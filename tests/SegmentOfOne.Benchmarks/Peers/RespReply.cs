using System.Buffers.Text;
using System.Text;

namespace SegmentOfOne.Benchmarks.Peers;

/// <summary>A reply of RESP2 that is no array. Its bytes are valid while the call that it answers looks at it.</summary>
public readonly ref struct RespReply
{
    private RespReply(byte kind, long number, ReadOnlySpan<byte> bytes)
    {
        Number = number;
        Bytes = bytes;
        IsError = kind == '-';
        IsNull = kind == '$' && number < 0;
    }

    /// <summary>An integer, or the length of a string of bytes.</summary>
    public long Number { get; }

    /// <summary>A string of bytes, the text of a status or of an error.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public bool IsError { get; }

    /// <summary>There is no such key.</summary>
    public bool IsNull { get; }

    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads one from the beginning of what was received; false: it isn't all there yet.</summary>
    /// <param name="length">The bytes that it took.</param>
    public static bool TryRead(ReadOnlySpan<byte> received, out RespReply reply, out int length)
    {
        reply = default;
        length = 0;
        var end = received.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var kind = received[0];
        var line = received[1..end];
        if (kind is (byte)'+' or (byte)'-')
        {
            reply = new RespReply(kind, 0, line);
            length = end + 2;
            return true;
        }

        if (kind is not ((byte)':' or (byte)'$') || !Utf8Parser.TryParse(line, out long number, out var digits) || digits != line.Length)
        {
            throw new IOException($"no reply that is known here: {Encoding.UTF8.GetString(received[..end])}");
        }

        length = kind == '$' && number >= 0 ? end + 2 + (int)number + 2 : end + 2;
        if (received.Length < length)
        {
            return false;
        }

        reply = new RespReply(kind, number, kind == '$' && number >= 0 ? received.Slice(end + 2, (int)number) : default);
        return true;
    }
}
