using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>Serves one method: admits a request as a call, runs it, and answers whatever happens.</summary>
internal abstract class MethodEndpoint(Admission admission)
{
    public Task InvokeAsync(HttpContext http) => admission.Admit(http) is { } call ? ServeAsync(call) : Task.CompletedTask;

    /// <summary>Runs the call to its answer. Throws what the handler throws.</summary>
    protected abstract ValueTask RunAsync(GrpcCall call);

    /// <summary>Runs the call to its end, its errors included.</summary>
    protected virtual Task ServeAsync(GrpcCall call) => EndAsync(call, RunAsync(call));

    protected static async Task EndAsync(GrpcCall call, ValueTask running)
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            call.Conclude(exception);
        }

        await call.Release();
    }
}

internal sealed class UnaryEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<TRequest, GrpcCall, ValueTask<TResponse>> handler)
    : MethodEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    // Most often the whole request is here already, and then nothing needs to be awaited but the handler.
    protected override Task ServeAsync(GrpcCall call)
    {
        try
        {
            if (!call.TryReadOnly(requests, out var request))
            {
                return base.ServeAsync(call);
            }

            var answer = handler(request, call);
            if (!answer.IsCompletedSuccessfully)
            {
                return EndAsync(call, AnswerAsync(call, answer));
            }

            call.Answer(answer.Result);
        }
        catch (Exception exception)
        {
            call.Conclude(exception);
        }

        return call.Release();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask RunAsync(GrpcCall call) =>
        call.Answer(await handler(await call.ReadOnlyAsync(requests), call));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AnswerAsync(GrpcCall call, ValueTask<TResponse> answer) => call.Answer(await answer);
}

internal sealed class ServerStreamingEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<TRequest, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : MethodEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask RunAsync(GrpcCall call)
    {
        await handler(await call.ReadOnlyAsync(requests), new ResponseStream<TResponse>(call), call);
        call.Conclude();
    }
}

internal sealed class ClientStreamingEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<RequestStream<TRequest>, GrpcCall, ValueTask<TResponse>> handler)
    : MethodEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask RunAsync(GrpcCall call) =>
        call.Answer(await handler(new RequestStream<TRequest>(call, requests), call));
}

internal sealed class DuplexEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<RequestStream<TRequest>, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : MethodEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask RunAsync(GrpcCall call)
    {
        await handler(new RequestStream<TRequest>(call, requests), new ResponseStream<TResponse>(call), call);
        call.Conclude();
    }
}
