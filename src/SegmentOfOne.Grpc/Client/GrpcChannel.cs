using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>
/// Calls a gRPC server over HTTP/2, in the clear (prior knowledge) or under TLS, on as many connections as the calls under way
/// need. Made once and kept; safe for any number of callers. Every call that does not end OK throws <see cref="GrpcException"/>,
/// cancellation included (CANCELLED).
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> _addresses = new();
    private readonly Uri _address;
    private readonly GrpcRetryPolicy? _retry;

    /// <param name="address">Such as <c>http://127.0.0.1:8081</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
    {
        options ??= new GrpcChannelOptions();
        _address = address;
        _retry = options.Retry;
        Timers = new TimerPool(options.Time);
        Receive = new ReceiveRules(options.MaxReceiveMessageBytes, Timeout: null, Timers, FromCaller: false);
        Http = new HttpMessageInvoker(options.Handler ?? new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        });
    }

    internal HttpMessageInvoker Http { get; }

    internal TimerPool Timers { get; }

    internal ReceiveRules Receive { get; }

    /// <summary>Sends one message and waits for the one that answers it.</summary>
    public ValueTask<TResponse> UnaryAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new() =>
        UnaryAsync(method, request, options: null, ct);

    /// <inheritdoc cref="UnaryAsync{TRequest,TResponse}(GrpcMethod{TRequest,TResponse},TRequest,CancellationToken)"/>
    public async ValueTask<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var exchange = await UnaryExchangeAsync(method, request, options, ct);
        return await ReadOnlyAsync(exchange);
    }

    /// <summary>The same, with the metadata of the answer.</summary>
    public async ValueTask<GrpcReply<TResponse>> UnaryReplyAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var exchange = await UnaryExchangeAsync(method, request, options, ct);
        return new(await ReadOnlyAsync(exchange), exchange.Headers, exchange.Trailers);
    }

    /// <summary>Sends one message; the answers are read from what comes back. Never tried again by itself.</summary>
    public GrpcStreamCall<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var content = new MessageContent(MessageBytes.Encode(request, options?.Gzip ?? false));
        return new(Begin(method, content, options, options?.Timeout ?? Timeout.InfiniteTimeSpan, attempt: 1, ct), writing: null, gzip: false);
    }

    /// <summary>
    /// Opens a call on which many messages are sent: answered by one (read it with
    /// <see cref="GrpcStreamCall{TRequest,TResponse}.ReadOnlyAsync"/>) or by many.
    /// </summary>
    public GrpcStreamCall<TRequest, TResponse> Streaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions? options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var content = new WritingContent();
        return new(Begin(method, content, options, options?.Timeout ?? Timeout.InfiniteTimeSpan, attempt: 1, ct), content, options?.Gzip ?? false);
    }

    /// <summary>Closes the connections; calls under way fail with UNAVAILABLE.</summary>
    public void Dispose() => Http.Dispose();

    internal static async ValueTask<T> ReadOnlyAsync<T>(Exchange<T> exchange)
        where T : class, IMessage<T>, new()
    {
        var message = await exchange.ReadAsync() ?? throw Faults.MessageMissing();
        return await exchange.ReadAsync() is null ? message : throw Faults.ExtraMessage();
    }

    private async ValueTask<Exchange<TResponse>> UnaryExchangeAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var startedAt = options?.Timeout is null ? 0 : Timers.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var left = options?.Timeout - (attempt == 1 ? TimeSpan.Zero : Timers.Time.GetElapsedTime(startedAt));
            var exchange = Begin(method, new MessageContent(MessageBytes.Encode(request, options?.Gzip ?? false)), options, left, attempt, ct);
            try
            {
                await exchange.OpenAsync();
                return exchange;
            }
            catch (GrpcException failure)
            {
                exchange.Dispose();
#pragma warning disable CA5394 // Jitter guards no secret.
                if (_retry?.WaitAfter(attempt, failure, Random.Shared.NextDouble()) is not { } wait
                    || wait >= options?.Timeout - Timers.Time.GetElapsedTime(startedAt))
#pragma warning restore CA5394
                {
                    throw;
                }

                await WaitAsync(wait, ct);
            }
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await Task.Delay(wait, Timers.Time, ct);
        }
        catch (OperationCanceledException cancelled)
        {
            throw Faults.Cancelled(cancelled);
        }
    }

    private Exchange<TResponse> Begin<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, HttpContent content, GrpcCallOptions? options, TimeSpan? timeout, int attempt, CancellationToken ct)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>, new()
    {
        var address = _addresses.GetOrAdd(method.Path, static (path, root) => new Uri(root, path), _address);
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation(Names.Te, Names.Trailers);
        headers.TryAddWithoutValidation(Names.AcceptEncoding, Names.Accepted);
        if (timeout is { } wait && wait != Timeout.InfiniteTimeSpan)
        {
            headers.TryAddWithoutValidation(Names.Timeout, TimeoutText.Format(wait));
        }

        if (options is { Gzip: true })
        {
            headers.TryAddWithoutValidation(Names.Encoding, Names.Gzip);
        }

        if (attempt > 1)
        {
            headers.TryAddWithoutValidation(Names.PreviousAttempts, (attempt - 1).ToString(CultureInfo.InvariantCulture));
        }

        if (options?.Headers is { } metadata)
        {
            foreach (var (key, value) in metadata.Entries)
            {
                headers.TryAddWithoutValidation(key, value);
            }
        }

        return new(this, request, method.Answers, timeout, ct);
    }
}
