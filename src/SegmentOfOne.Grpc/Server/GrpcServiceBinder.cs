using Google.Protobuf;
using Google.Protobuf.Reflection;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>Binds handlers to the methods of one service. Mistakes throw <see cref="InvalidOperationException"/> when the application starts.</summary>
public sealed class GrpcServiceBinder
{
    private readonly GrpcServer _server;
    private readonly Dictionary<MethodDescriptor, MethodEndpoint> _bound = [];

    internal GrpcServiceBinder(GrpcServer server, ServiceDescriptor service)
    {
        _server = server;
        Service = service;
    }

    /// <summary>The service whose methods are bound.</summary>
    public ServiceDescriptor Service { get; }

    /// <summary>Calls are taken while the server drains, as health must.</summary>
    internal bool ServesWhileDraining { get; init; }

    /// <summary>The C# messages may be of another version of the contract with the same bytes.</summary>
    internal bool AllowsOtherMessages { get; init; }

    internal IReadOnlyDictionary<MethodDescriptor, MethodEndpoint> Bound => _bound;

    /// <summary>One message in, one out. Throw <see cref="GrpcException"/>, or return <see cref="GrpcCall.Fail{TResponse}"/>, to answer an error.</summary>
    public GrpcServiceBinder Unary<TRequest, TResponse>(string method, Func<TRequest, GrpcCall, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse> =>
        Unary<TRequest, TResponse, TResponse>(method, handler, static (response, _) => response);

    /// <summary>The same for a handler that answers in words of its own, which <paramref name="reply"/> puts as a message or a failure.</summary>
    public GrpcServiceBinder Unary<TRequest, TAnswer, TResponse>(
        string method, Func<TRequest, GrpcCall, ValueTask<TAnswer>> handler, Func<TAnswer, GrpcCall, TResponse> reply)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse> =>
        Bind<TRequest, TResponse>(method, takesMany: false, givesMany: false, (admission, requests) =>
            new UnaryEndpoint<TRequest, TAnswer>(admission, requests, handler, (answer, call) =>
            {
                call.Answer(reply(answer, call));
                return default;
            }));

    /// <summary>The same for a handler that takes words of its own, too, where no messages need to be made.</summary>
    /// <param name="tryRead">Reads a request.</param>
    /// <param name="read">The same of a message.</param>
    /// <param name="answer">Answers by <see cref="GrpcCall.Answer(ReadOnlySpan{byte})"/>, once.</param>
    public GrpcServiceBinder Unary<TMessage, TResponse, TRequest, TAnswer>(
        string method, TryReadMessage<TRequest> tryRead, Func<TMessage, TRequest> read,
        Func<TRequest, GrpcCall, ValueTask<TAnswer>> handler, Func<TAnswer, GrpcCall, ValueTask> answer)
        where TMessage : class, IMessage<TMessage>, new()
        where TResponse : class, IMessage<TResponse> =>
        Bind<TMessage, TResponse>(method, takesMany: false, givesMany: false, (admission, requests) =>
            new UnaryEndpoint<TRequest, TAnswer>(admission, new MessageMeaning<TMessage, TRequest>(requests, tryRead, read), handler, answer));

    /// <summary>One message in, many out; the call ends when the handler returns.</summary>
    public GrpcServiceBinder ServerStreaming<TRequest, TResponse>(string method, Func<TRequest, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse> =>
        Bind<TRequest, TResponse>(method, takesMany: false, givesMany: true, (admission, requests) =>
            new ServerStreamingEndpoint<TRequest, TResponse>(admission, requests, handler));

    /// <summary>Many messages in, one out.</summary>
    public GrpcServiceBinder ClientStreaming<TRequest, TResponse>(string method, Func<RequestStream<TRequest>, GrpcCall, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse> =>
        Bind<TRequest, TResponse>(method, takesMany: true, givesMany: false, (admission, requests) =>
            new ClientStreamingEndpoint<TRequest, TResponse>(admission, requests, handler));

    /// <summary>Many messages in, many out, each at its own pace; the call ends when the handler returns.</summary>
    public GrpcServiceBinder Duplex<TRequest, TResponse>(
        string method, Func<RequestStream<TRequest>, ResponseStream<TResponse>, GrpcCall, ValueTask> handler)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse> =>
        Bind<TRequest, TResponse>(method, takesMany: true, givesMany: true, (admission, requests) =>
            new DuplexEndpoint<TRequest, TResponse>(admission, requests, handler));

    internal void RequireComplete()
    {
        foreach (var method in Service.Methods)
        {
            if (!_bound.ContainsKey(method))
            {
                throw new InvalidOperationException($"{method.FullName} has no handler.");
            }
        }
    }

    private GrpcServiceBinder Bind<TRequest, TResponse>(
        string name, bool takesMany, bool givesMany, Func<Admission, MessageType<TRequest>, MethodEndpoint> endpoint)
        where TRequest : class, IMessage<TRequest>, new()
    {
        var method = Service.FindMethodByName(name) ?? throw new InvalidOperationException($"{Service.FullName} has no method {name}.");
        if (method.IsClientStreaming != takesMany || method.IsServerStreaming != givesMany)
        {
            throw new InvalidOperationException(
                $"{method.FullName} takes {Count(method.IsClientStreaming)} and gives {Count(method.IsServerStreaming)}: it is bound as another kind.");
        }

        if (!AllowsOtherMessages && (method.InputType.ClrType != typeof(TRequest) || method.OutputType.ClrType != typeof(TResponse)))
        {
            throw new InvalidOperationException(
                $"{method.FullName} takes {method.InputType.ClrType.Name} and gives {method.OutputType.ClrType.Name}: it is bound to {typeof(TRequest).Name} and {typeof(TResponse).Name}.");
        }

        var admission = new Admission(_server, $"/{Service.FullName}/{name}", takesMany, ServesWhileDraining);
        if (!_bound.TryAdd(method, endpoint(admission, new MessageType<TRequest>(fromCaller: true))))
        {
            throw new InvalidOperationException($"{method.FullName} is bound twice.");
        }

        return this;

        static string Count(bool many) => many ? "many messages" : "one message";
    }
}
