using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace SegmentOfOne.Grpc.Server;

/// <summary>Serves one method: admits a request as a call, runs it, and answers whatever happens.</summary>
internal abstract class MethodEndpoint(GrpcServer server, string path)
{
    /// <summary>Methods that answer while the server drains, such as health.</summary>
    public bool ServesWhileDraining { get; init; }

    /// <summary>True when the caller sends exactly one message.</summary>
    protected abstract bool TakesOne { get; }

    public Task InvokeAsync(HttpContext http)
    {
        var call = Admission.Admit(server, http, path, TakesOne, ServesWhileDraining);
        return call is null ? Task.CompletedTask : ServeAsync(call);
    }

    protected abstract ValueTask RunAsync(GrpcCall call);

    private async Task ServeAsync(GrpcCall call)
    {
        try
        {
            await RunAsync(call);
        }
        catch (Exception exception)
        {
            call.Conclude(exception);
        }

        if (call.Release() is { } late)
        {
            await late;
        }
    }
}

internal sealed class UnaryEndpoint<TRequest, TResponse>(
    GrpcServer server, string path, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, ValueTask<TResponse>> handler)
    : MethodEndpoint(server, path)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override bool TakesOne => true;

    protected override async ValueTask RunAsync(GrpcCall call) =>
        call.Answer(await handler(await call.ReadOnlyAsync(parser), call));
}

internal sealed class ServerStreamingEndpoint<TRequest, TResponse>(
    GrpcServer server, string path, MessageParser<TRequest> parser, Func<TRequest, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : MethodEndpoint(server, path)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override bool TakesOne => true;

    protected override async ValueTask RunAsync(GrpcCall call)
    {
        await handler(await call.ReadOnlyAsync(parser), new ResponseStream<TResponse>(call), call);
        call.Conclude();
    }
}

internal sealed class ClientStreamingEndpoint<TRequest, TResponse>(
    GrpcServer server, string path, MessageParser<TRequest> parser, Func<RequestStream<TRequest>, GrpcCall, ValueTask<TResponse>> handler)
    : MethodEndpoint(server, path)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override bool TakesOne => false;

    protected override async ValueTask RunAsync(GrpcCall call) =>
        call.Answer(await handler(new RequestStream<TRequest>(call, parser), call));
}

internal sealed class DuplexEndpoint<TRequest, TResponse>(
    GrpcServer server, string path, MessageParser<TRequest> parser,
    Func<RequestStream<TRequest>, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
    : MethodEndpoint(server, path)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override bool TakesOne => false;

    protected override async ValueTask RunAsync(GrpcCall call)
    {
        await handler(new RequestStream<TRequest>(call, parser), new ResponseStream<TResponse>(call), call);
        call.Conclude();
    }
}
