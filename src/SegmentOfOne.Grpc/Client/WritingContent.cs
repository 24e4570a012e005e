using System.Net;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>The body of a call that sends messages as they come: hands the stream out and holds it open until told to end.</summary>
internal sealed class WritingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WritingContent() => Headers.TryAddWithoutValidation("Content-Type", Names.ContentType);

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
