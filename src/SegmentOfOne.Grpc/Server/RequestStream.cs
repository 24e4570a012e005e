using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>The messages that a caller sends on one call, in order, for one reader.</summary>
public sealed class RequestStream<T> : IAsyncEnumerable<T>
    where T : class, IMessage<T>, new()
{
    private readonly GrpcCall _call;
    private readonly MessageType<T> _type;
    private bool _ended;

    internal RequestStream(GrpcCall call, MessageType<T> type)
    {
        _call = call;
        _type = type;
    }

    /// <summary>
    /// The next message, or null when the caller sends no more. A message that does not parse throws
    /// <see cref="GrpcException"/> (INVALID_ARGUMENT, <c>malformed_message</c>) and is passed over: a handler that catches it may
    /// read on. After any other error it may not.
    /// </summary>
    /// <param name="ct">Ends the wait besides the call's own token; <see cref="GrpcCall.Draining"/> is a good one for long streams.</param>
    public async ValueTask<T?> ReadAsync(CancellationToken ct)
    {
        if (_ended)
        {
            return null;
        }

        var received = await ReceiveAsync(ct);
        _ended = received.IsLast;
        return received.Message;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken) is { } message)
        {
            yield return message;
        }
    }

    private async ValueTask<Received<T>> ReceiveAsync(CancellationToken ct)
    {
        if (!ct.CanBeCanceled || ct == _call.CancellationToken)
        {
            return await _call.ReadAsync(_type, begun: false);
        }

        if (_call.Deadline is null)
        {
            return await _call.ReadAsync(_type, begun: false, ct);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_call.CancellationToken, ct);
        try
        {
            return await _call.ReadAsync(_type, begun: false, either.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
    }
}
