using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>Message compression. Inflating stops at a limit, whatever the input promises.</summary>
internal static class Gzip
{
    private const int FirstBuffer = 4096;

    // RFC 1952: a checksum and the length of the plain data, four bytes each.
    private const int TrailerLength = 8;

    /// <summary>Inflates one message. More than <paramref name="limit"/> bytes is RESOURCE_EXHAUSTED; broken input INTERNAL.</summary>
    public static PooledBuffer Inflate(in ReadOnlySequence<byte> compressed, int limit)
    {
        var output = new PooledBuffer(FirstBuffer);
        try
        {
            using var gzip = new GZipStream(new SequenceStream(compressed), CompressionMode.Decompress);
            while (gzip.Read(output.GetSpan()) is var read and > 0)
            {
                output.Advance(read);
                if (output.Length > limit)
                {
                    throw Faults.InflatedTooLarge(limit);
                }
            }

            // GZipStream takes an end in the midst of the data for the end of the data.
            if (compressed.Length < TrailerLength || LengthInTrailer(compressed) != (uint)output.Length)
            {
                throw new InvalidDataException("The data ends too early, or something follows it.");
            }

            return output;
        }
        catch (InvalidDataException broken)
        {
            output.Dispose();
            throw Faults.MalformedCompression(broken);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>Appends the deflated form of <paramref name="plain"/> to <paramref name="output"/>.</summary>
    public static void Deflate(ReadOnlySpan<byte> plain, PooledBuffer output)
    {
        using var gzip = new GZipStream(new BufferStream(output), CompressionLevel.Fastest);
        gzip.Write(plain);
    }

    private static uint LengthInTrailer(in ReadOnlySequence<byte> compressed)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        compressed.Slice(compressed.Length - sizeof(uint)).CopyTo(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length);
    }

    /// <summary>Reads a sequence as a stream, without copying it first.</summary>
    private sealed class SequenceStream(ReadOnlySequence<byte> rest) : ForwardStream
    {
        private ReadOnlySequence<byte> _rest = rest;

        public override bool CanRead => true;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, _rest.Length);
            _rest.Slice(0, count).CopyTo(buffer);
            _rest = _rest.Slice(count);
            return count;
        }
    }

    /// <summary>Writes a stream into a buffer.</summary>
    private sealed class BufferStream(PooledBuffer output) : ForwardStream
    {
        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);
    }

    /// <summary>The least a stream must be to feed or drain <see cref="GZipStream"/>.</summary>
    private abstract class ForwardStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
