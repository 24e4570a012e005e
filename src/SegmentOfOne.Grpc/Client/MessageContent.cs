using System.Net;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>
/// The body of a call that sends one message. It is a kind of <see cref="ByteArrayContent"/> because the handler sends the
/// headers and the body of one in a single write; for any other kind, which might converse, it flushes the headers first.
/// </summary>
internal sealed class MessageContent : ByteArrayContent
{
    private readonly PooledBuffer _bytes;
    private int _writing;

    public MessageContent(PooledBuffer bytes)
        : base(bytes.Array, 0, bytes.Length)
    {
        _bytes = bytes;
        Headers.TryAddWithoutValidation("Content-Type", Names.ContentType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        Interlocked.Increment(ref _writing);
        await stream.WriteAsync(_bytes.Memory);
        Interlocked.Decrement(ref _writing);
    }

    // A length would be one more header, and HTTP/2 needs none.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        // Bytes that are still on their way, or whose way was cut short, are left to the collector.
        if (disposing && Volatile.Read(ref _writing) == 0)
        {
            _bytes.Dispose();
        }

        base.Dispose(disposing);
    }
}
