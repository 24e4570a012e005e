using System.Net;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Client;

/// <summary>The body of a call that sends one message.</summary>
internal sealed class MessageContent<T> : HttpContent
    where T : class, IMessage<T>
{
    private readonly T _message;
    private readonly bool _gzip;

    public MessageContent(T message, bool gzip)
    {
        _message = message;
        _gzip = gzip;
        Headers.ContentType = GrpcMediaType.Value;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = GrpcMediaType.Encode(_message, _gzip);
        await stream.WriteAsync(buffer.Memory, cancellationToken);
    }

    // A length would be one more header, and HTTP/2 needs none.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
