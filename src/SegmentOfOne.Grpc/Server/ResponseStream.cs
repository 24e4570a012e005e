using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>The messages that a handler sends on one call, in order, for one writer at a time.</summary>
public sealed class ResponseStream<T>
    where T : class, IMessage<T>
{
    private readonly GrpcCall _call;

    internal ResponseStream(GrpcCall call) => _call = call;

    /// <summary>
    /// Sends one message; completes when the connection has room again, so awaiting it is the flow control. Throws
    /// <see cref="GrpcException"/> with CANCELLED or DEADLINE_EXCEEDED when nobody waits for it any more.
    /// </summary>
    public async ValueTask WriteAsync(T message)
    {
        Write(message);
        await FlushAsync();
    }

    /// <summary>Puts one message in line without sending it: many of these, then <see cref="FlushAsync"/>, share packets.</summary>
    public void Write(T message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _call.BeginWrite();
        _call.WriteMessage(message);
        _call.EndWrite();
    }

    /// <summary>Sends what is in line.</summary>
    public async ValueTask FlushAsync()
    {
        _call.BeginWrite();
        var flushed = await _call.FlushAsync();
        _call.EndWrite();
        if (flushed.IsCompleted)
        {
            throw Faults.Cancelled();
        }
    }
}
