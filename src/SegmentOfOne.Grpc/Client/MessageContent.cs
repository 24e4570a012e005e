using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

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

/// <summary>The body of a call that sends messages as they come: hands the stream out and holds it open until told to end.</summary>
internal sealed class WritingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WritingContent() => Headers.ContentType = GrpcMediaType.Value;

    /// <summary>The stream to write to, once the connection is there; faults when the call fails before.</summary>
    public Task<Stream> Open => _open.Task;

    /// <summary>Ends the body.</summary>
    public void Complete() => _complete.TrySetResult();

    /// <summary>Releases whoever waits for the stream.</summary>
    public void Fail(Exception failure)
    {
        _open.TrySetException(failure);
        _ = _open.Task.Exception;
        _complete.TrySetResult();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The headers leave at once: the server may answer before the first message.
        await stream.FlushAsync();
        if (!_open.TrySetResult(stream))
        {
            throw new IOException("What was sent on this call cannot be sent again.");
        }

        await _complete.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>What both kinds of body share.</summary>
internal static class GrpcMediaType
{
    public static MediaTypeHeaderValue Value { get; } = new(Names.ContentType);

    public static PooledBuffer Encode<T>(T message, bool gzip)
        where T : class, IMessage<T>
    {
        var size = message.CalculateSize();
        var buffer = new PooledBuffer(MessageFormat.PrefixLength + size);
        if (gzip)
        {
            MessageFormat.WriteGzip(buffer, message, size);
        }
        else
        {
            MessageFormat.Write(buffer, message, size);
        }

        return buffer;
    }
}
