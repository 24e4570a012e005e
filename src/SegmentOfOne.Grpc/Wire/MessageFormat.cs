using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>A message on the wire: one flag byte (1 = compressed), its length in four bytes big-endian, then its bytes.</summary>
internal static class MessageFormat
{
    public const int PrefixLength = 5;

    // A message up to here is written with its prefix in one span; pipes hand out blocks of 4 KiB.
    private const int OneSpan = 4096;

    /// <summary>Writes prefix and message, uncompressed, straight into <paramref name="output"/>.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T message)
        where T : IMessage<T>
    {
        var size = message.CalculateSize();
        Write(output, message, size);
    }

    /// <summary>The same for a message whose size was calculated already.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T message, int size)
        where T : IMessage<T>
    {
        if (size <= OneSpan - PrefixLength)
        {
            var span = output.GetSpan(PrefixLength + size)[..(PrefixLength + size)];
            WritePrefix(span, compressed: false, size);
            message.WriteTo(span[PrefixLength..]);
            output.Advance(PrefixLength + size);
        }
        else
        {
            WritePrefix(output.GetSpan(PrefixLength), compressed: false, size);
            output.Advance(PrefixLength);
            message.WriteTo(output);
        }
    }

    /// <summary>The same for a message whose bytes are there.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        WritePrefix(output.GetSpan(PrefixLength), compressed: false, message.Length);
        output.Advance(PrefixLength);
        output.Write(message);
    }

    /// <summary>Writes prefix and message, compressed with gzip.</summary>
    public static void WriteGzip<T>(IBufferWriter<byte> output, T message, int size)
        where T : IMessage<T>
    {
        using var plain = new PooledBuffer(size);
        message.WriteTo(plain);
        WriteGzip(output, plain.Span);
    }

    /// <inheritdoc cref="WriteGzip{T}(IBufferWriter{byte}, T, int)"/>
    public static void WriteGzip(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        using var packed = new PooledBuffer(message.Length);
        Gzip.Deflate(message, packed);
        WritePrefix(output.GetSpan(PrefixLength), compressed: true, packed.Length);
        output.Advance(PrefixLength);
        output.Write(packed.Span);
    }

    private static void WritePrefix(Span<byte> span, bool compressed, int length)
    {
        span[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)length);
    }
}
