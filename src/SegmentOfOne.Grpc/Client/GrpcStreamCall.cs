using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>
/// A call with a stream in it, from the caller's side: one may write while another reads. Disposing before the end cancels it.
/// </summary>
public sealed class GrpcStreamCall<TRequest, TResponse> : IAsyncEnumerable<TResponse>, IDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly Exchange<TResponse> _exchange;
    private readonly WritingContent? _writing;
    private readonly bool _gzip;
    private readonly Task _opened;
    private bool _ended;

    internal GrpcStreamCall(Exchange<TResponse> exchange, WritingContent? writing, bool gzip)
    {
        _exchange = exchange;
        _writing = writing;
        _gzip = gzip;
        _opened = OpenAsync();
    }

    /// <summary>What the server sent with the status; complete once reading came to the end.</summary>
    public GrpcMetadata Trailers => _exchange.Trailers;

    /// <summary>What the server sent ahead of its first message; waits for it.</summary>
    public async ValueTask<GrpcMetadata> HeadersAsync()
    {
        await _opened;
        return _exchange.Headers;
    }

    /// <summary>
    /// Sends one message, for one writer at a time; awaiting it is the flow control. When the call has ended already it throws
    /// <see cref="GrpcException"/>: reading tells how it ended.
    /// </summary>
    public async ValueTask WriteAsync(TRequest message)
    {
        var writing = _writing ?? throw new InvalidOperationException("This call sends one message, and has.");
        using var buffer = MessageBytes.Encode(message, _gzip);
        var stream = await writing.Open;
        try
        {
            await stream.WriteAsync(buffer.Memory);
            await stream.FlushAsync();
        }
        catch (Exception failure) when (_exchange.Explain(failure) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Says that no more messages come.</summary>
    public void CompleteWriting() => _writing?.Complete();

    /// <summary>The next message, or null when the call ended OK. Any other end throws <see cref="GrpcException"/>.</summary>
    public async ValueTask<TResponse?> ReadAsync()
    {
        if (_ended)
        {
            return null;
        }

        await _opened;
        var message = await _exchange.ReadAsync();
        _ended = message is null;
        return message;
    }

    /// <summary>Completes the writing and waits for the one answer of a method that gives one.</summary>
    public async ValueTask<TResponse> ReadOnlyAsync()
    {
        CompleteWriting();
        await _opened;
        var message = await GrpcChannel.ReadOnlyAsync(_exchange);
        _ended = true;
        return message;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<TResponse> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await ReadAsync() is { } message)
        {
            yield return message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
        {
            _exchange.Cancel();
        }

        _exchange.Dispose();
        _writing?.Fail(Faults.Cancelled());
    }

    private async Task OpenAsync()
    {
        try
        {
            await _exchange.OpenAsync();
        }
        catch (Exception failure)
        {
            _writing?.Fail(failure);
            throw;
        }
    }
}
