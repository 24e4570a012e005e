using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>Serves one method: admits a request as a call, runs it, and answers whatever happens.</summary>
internal abstract class MethodEndpoint(Admission admission)
{
    public Task InvokeAsync(HttpContext http) => admission.Admit(http) is { } call ? ServeAsync(call) : Task.CompletedTask;

    /// <summary>Runs the call to its end, its errors included.</summary>
    protected abstract Task ServeAsync(GrpcCall call);
}

/// <param name="answer">Answers the call with what the handler gave.</param>
internal sealed class UnaryEndpoint<TRequest, TAnswer>(
    Admission admission, Incoming<TRequest> requests, Func<TRequest, GrpcCall, ValueTask<TAnswer>> handler, Func<TAnswer, GrpcCall, ValueTask> answer)
    : MethodEndpoint(admission)
{
    // Most often the whole request is here already, and then nothing needs to be awaited but the handler.
    protected override Task ServeAsync(GrpcCall call)
    {
        try
        {
            var given = call.TryReadOnly(requests, out var request) ? handler(request, call) : ReadAndHandleAsync(call);
            if (!given.IsCompletedSuccessfully)
            {
                return AwaitAsync(call, given);
            }

            var answered = answer(given.Result, call);
            if (!answered.IsCompletedSuccessfully)
            {
                return AwaitAsync(call, answered);
            }
        }
        catch (Exception exception)
        {
            call.ConcludeWith(exception);
        }

        return call.Release();
    }

    private async Task AwaitAsync(GrpcCall call, ValueTask<TAnswer> given)
    {
        try
        {
            await answer(await given, call);
        }
        catch (Exception exception)
        {
            call.ConcludeWith(exception);
        }

        await call.Release();
    }

    private static async Task AwaitAsync(GrpcCall call, ValueTask answered)
    {
        try
        {
            await answered;
        }
        catch (Exception exception)
        {
            call.ConcludeWith(exception);
        }

        await call.Release();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> ReadAndHandleAsync(GrpcCall call) => await handler(await call.ReadOnlyAsync(requests), call);
}

/// <summary>Serves a method with a stream in it: each takes and gives in its own way, and ends like the others.</summary>
internal abstract class StreamingEndpoint(Admission admission) : MethodEndpoint(admission)
{
    /// <summary>Runs the call to its answer. Throws what the handler throws.</summary>
    protected abstract ValueTask RunAsync(GrpcCall call);

    protected override async Task ServeAsync(GrpcCall call)
    {
        try
        {
            await RunAsync(call);
        }
        catch (Exception exception)
        {
            call.ConcludeWith(exception);
        }

        await call.Release();
    }
}

internal sealed class ServerStreamingEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<TRequest, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : StreamingEndpoint(admission)
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
    : StreamingEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask RunAsync(GrpcCall call) =>
        call.Answer(await handler(new RequestStream<TRequest>(call, requests), call));
}

internal sealed class DuplexEndpoint<TRequest, TResponse>(
    Admission admission, MessageType<TRequest> requests, Func<RequestStream<TRequest>, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : StreamingEndpoint(admission)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    protected override async ValueTask RunAsync(GrpcCall call)
    {
        await handler(new RequestStream<TRequest>(call, requests), new ResponseStream<TResponse>(call), call);
        call.Conclude();
    }
}
