using System.Collections.Concurrent;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>Does what <c>echo.proto</c> says.</summary>
public sealed class EchoService
{
    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>Looks at each call before it is served.</summary>
    public Action<GrpcCall>? OnCall { get; set; }

    /// <summary>Serves Talk instead of the echo.</summary>
    public Func<RequestStream<EchoRequest>, ResponseStream<EchoReply>, GrpcCall, ValueTask>? OnTalk { get; set; }

    /// <summary>Completes when a call that hangs was cancelled.</summary>
    public TaskCompletionSource HangEnded { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call that hangs has begun to.</summary>
    public TaskCompletionSource HangBegan { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Bind(GrpcServiceBinder service) => service
        .Unary<EchoRequest, EchoReply>("Say", SayAsync)
        .ServerStreaming<EchoRequest, EchoReply>("Split", SplitAsync)
        .ClientStreaming<EchoRequest, EchoReply>("Join", JoinAsync)
        .Duplex<EchoRequest, EchoReply>("Talk", OnTalk ?? TalkAsync);

    private async ValueTask<EchoReply> SayAsync(EchoRequest request, GrpcCall call)
    {
        OnCall?.Invoke(call);
        await ObeyAsync(request, call);
        return new EchoReply { Text = request.Text, Number = 1, Payload = request.Payload };
    }

    private async ValueTask SplitAsync(EchoRequest request, ResponseStream<EchoReply> replies, GrpcCall call)
    {
        OnCall?.Invoke(call);
        for (var i = 1; i <= request.Times; i++)
        {
            await replies.WriteAsync(new EchoReply { Text = request.Text, Number = i, Payload = request.Payload });
        }

        await ObeyAsync(request, call);
    }

    private async ValueTask<EchoReply> JoinAsync(RequestStream<EchoRequest> requests, GrpcCall call)
    {
        OnCall?.Invoke(call);
        var texts = new List<string>();
        await foreach (var request in requests)
        {
            texts.Add(request.Text);
            await ObeyAsync(request, call);
        }

        return new EchoReply { Text = string.Join(' ', texts), Number = texts.Count };
    }

    private async ValueTask TalkAsync(RequestStream<EchoRequest> requests, ResponseStream<EchoReply> replies, GrpcCall call)
    {
        OnCall?.Invoke(call);
        var number = 0;
        await foreach (var request in requests)
        {
            await ObeyAsync(request, call);
            await replies.WriteAsync(new EchoReply { Text = request.Text, Number = ++number, Payload = request.Payload });
        }
    }

    private async ValueTask ObeyAsync(EchoRequest request, GrpcCall call)
    {
        if (request.FailFirst > 0 && _failures.AddOrUpdate(request.Text, 1, static (_, count) => count + 1) <= request.FailFirst)
        {
            throw new GrpcException(StatusCode.Unavailable, "not yet")
            {
                RetryPushback = request.PushbackMs == 0 ? null : TimeSpan.FromMilliseconds(request.PushbackMs),
            };
        }

        if (request.Hang)
        {
            HangBegan.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
            }
            finally
            {
                HangEnded.TrySetResult();
            }
        }

        if (request.FailWith != 0)
        {
            throw new GrpcException((StatusCode)request.FailWith, request.FailDetail, new GrpcMetadata().Add("why", "asked").Add("why-bin", [1, 2, 255]));
        }
    }
}
