using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Server;

/// <summary>One call being served: what a handler may know of it and do to it besides answering. Dead once the handler has returned.</summary>
public sealed class GrpcCall
{
    // How long a write that is under way at the deadline may still take before the stream is reset.
    private static readonly TimeSpan OverdueWriteGrace = TimeSpan.FromSeconds(1);

    private const int ResetCodeCancel = 8;

    private readonly GrpcServer _server;
    private readonly bool _gzipRequest;
    private int _phase;
    private bool _overdue;
    private bool _begun;
    private bool _abortLinked;
    private PooledTimer? _deadlineTimer;
    private long _deadlineTicks;
    private Task? _lateAnswer;
    private GrpcException? _failure;
    private GrpcMetadata? _requestHeaders;
    private GrpcMetadata? _responseHeaders;
    private GrpcMetadata? _responseTrailers;

    internal GrpcCall(GrpcServer server, HttpContext http, string method, bool gzipRequest, bool gzipResponse)
    {
        _server = server;
        HttpContext = http;
        Method = method;
        _gzipRequest = gzipRequest;
        GzipResponse = gzipResponse;
    }

    /// <summary>The method's path: <c>/package.Service/Method</c>.</summary>
    public string Method { get; }

    /// <summary>The HTTP exchange below, for what ASP.NET Core knows of it: user, connection, services. Its response is not to be touched.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>Who calls, as <see cref="GrpcServerOptions.Admit"/> found out; null: nobody asked.</summary>
    public object? Caller { get; set; }

    /// <summary>When the caller stops waiting, or null when it did not say. The server answers DEADLINE_EXCEEDED then, whatever the handler does.</summary>
    public DateTimeOffset? Deadline => _deadlineTicks == 0 ? null : new DateTimeOffset(_deadlineTicks, TimeSpan.Zero);

    /// <summary>Fires at the deadline, when the caller cancels or is gone, and when the server gives up on the connection.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            var aborted = HttpContext.RequestAborted;
            if (_deadlineTimer is not { } timer)
            {
                return aborted;
            }

            if (!_abortLinked)
            {
                _abortLinked = true;
                timer.CancelWith(aborted);
            }

            return timer.Cancellation.Token;
        }
    }

    /// <summary>Fires when the server stops taking calls; see <see cref="GrpcServer.Draining"/>.</summary>
    public CancellationToken Draining => _server.Draining;

    /// <summary>Where the caller is: <c>ipv4:127.0.0.1:50505</c>, <c>ipv6:[::1]:50505</c>, or <c>unknown</c>.</summary>
    public string Peer => HttpContext.Connection.RemoteIpAddress is not { } address ? "unknown" :
        (address.AddressFamily is AddressFamily.InterNetwork ? "ipv4:" : "ipv6:") + new IPEndPoint(address, HttpContext.Connection.RemotePort);

    /// <summary>All metadata of the request. To look at one header, <see cref="RequestHeader"/> is cheaper.</summary>
    public GrpcMetadata RequestHeaders => _requestHeaders ??= CopyHeaders(HttpContext.Request.Headers);

    /// <summary>Metadata to send ahead of the first message, or with the status when there is none.</summary>
    public GrpcMetadata ResponseHeaders => _responseHeaders ??= new GrpcMetadata();

    /// <summary>Metadata to send with the status.</summary>
    public GrpcMetadata ResponseTrailers => _responseTrailers ??= new GrpcMetadata();

    internal bool GzipResponse { get; }

    internal GrpcServerOptions Options => _server.Options;

    internal bool IsOverdue => Volatile.Read(ref _overdue);

    internal bool CallerHasGone => HttpContext.RequestAborted.IsCancellationRequested;

    /// <summary>The text of one request header, or null.</summary>
    public string? RequestHeader(string name) => HttpContext.Request.Headers[name];

    /// <summary>
    /// Ends the call with an error once the handler returns, without the cost of an exception; what the handler returns is then
    /// not sent. The null that comes back is for returning: <c>return call.Fail&lt;Reply&gt;(…)</c>.
    /// </summary>
    public TResponse Fail<TResponse>(StatusCode status, string detail, TimeSpan? retryPushback = null)
        where TResponse : class
    {
        Fail(status, detail, retryPushback);
        return null!;
    }

    /// <summary>Ends the call with an error once the handler returns, without the cost of an exception.</summary>
    public void Fail(StatusCode status, string detail, TimeSpan? retryPushback = null) =>
        _failure = new GrpcException(status, detail) { RetryPushback = retryPushback };

    internal void StartDeadline(TimeSpan timeout)
    {
        var now = _server.Timers.Time.GetUtcNow().Ticks;
        _deadlineTicks = now + Math.Min(timeout.Ticks, DateTimeOffset.MaxValue.Ticks - now);
        _deadlineTimer = _server.Timers.Rent();
        _deadlineTimer.Start(timeout, static call => ((GrpcCall)call).OnDeadline(), this);
    }

    internal ValueTask<Received<T>> ReadAsync<T>(Incoming<T> type, bool begun) =>
        ReadAsync(type, begun, _deadlineTimer?.Cancellation.Token ?? default);

    internal ValueTask<Received<T>> ReadAsync<T>(Incoming<T> type, bool begun, CancellationToken ct) =>
        MessageReader.ReadAsync(HttpContext.Request.BodyReader, type, _server.Receive, _gzipRequest, begun, ct);

    /// <summary>Takes the one message of a method that takes one, when it is here to its end; false says nothing about it.</summary>
    internal bool TryReadOnly<T>(Incoming<T> type, [MaybeNullWhen(false)] out T message) =>
        MessageReader.TryReadOnly(HttpContext.Request.BodyReader, type, _server.Receive, _gzipRequest, out message);

    /// <summary>Takes the one message of a method that takes one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<T> ReadOnlyAsync<T>(Incoming<T> type)
    {
        var received = await ReadAsync(type, begun: true);
        if (!received.IsThere)
        {
            throw Faults.MessageMissing();
        }

        if (!received.IsLast && (await ReadAsync(type, begun: true)).IsThere)
        {
            throw Faults.ExtraMessage();
        }

        return received.Message;
    }

    /// <summary>Answers a method of one reply with the bytes of a message, or with what the call failed with.</summary>
    public void Answer(ReadOnlySpan<byte> response)
    {
        if (_failure is not null)
        {
            Conclude();
        }
        else if (TryMove(Phase.Open, Phase.Closed))
        {
            WriteMessage(response);
            WriteTrailers(null);
        }
    }

    /// <summary>Answers a method of one reply. Nothing is flushed: message and status leave together when the request ends.</summary>
    internal void Answer<T>(T? response)
        where T : class, IMessage<T>
    {
        if (_failure is not null)
        {
            Conclude();
            return;
        }

        if (response is null)
        {
            throw new InvalidOperationException($"The handler of {Method} returned neither a message nor a failure.");
        }

        if (TryMove(Phase.Open, Phase.Closed))
        {
            WriteMessage(response);
            WriteTrailers(null);
        }
    }

    /// <summary>Answers with the status that the handler left: OK, or what it failed with.</summary>
    internal void Conclude() => Conclude(_failure);

    /// <summary>Answers with what the exception means.</summary>
    internal void ConcludeWith(Exception exception) => Conclude(_server.Explain(exception, this));

    private void Conclude(GrpcException? status)
    {
        if (TryMove(Phase.Open, Phase.Closed))
        {
            WriteStatus(status);
        }
        else if (!IsOverdue)
        {
            // Writing the answer failed, or the handler left a write of its own under way: nothing sane can follow that.
            HttpContext.Abort();
        }
    }

    /// <summary>Returns what the call borrowed. To be awaited last.</summary>
    internal Task Release()
    {
        if (_deadlineTimer is { } timer)
        {
            timer.Stop();
            _deadlineTimer = null;
        }

        return _lateAnswer ?? Task.CompletedTask;
    }

    internal void BeginWrite()
    {
        if (TryMove(Phase.Open, Phase.Writing))
        {
            return;
        }

        throw Volatile.Read(ref _phase) == (int)Phase.Writing
            ? new InvalidOperationException("A write is under way: await it before the next one.")
            : IsOverdue ? Faults.DeadlineExceeded() : Faults.Cancelled();
    }

    internal void EndWrite()
    {
        if (TryMove(Phase.Writing, Phase.Open))
        {
            return;
        }

        if (TryMove(Phase.Overdue, Phase.Closed))
        {
            _lateAnswer = AnswerLate();
        }

        throw Faults.DeadlineExceeded();
    }

    /// <summary>Puts one message behind those before it, with the headers ahead of the first. Not flushed.</summary>
    internal void WriteMessage<T>(T message)
        where T : class, IMessage<T>
    {
        var response = HttpContext.Response;
        if (!_begun)
        {
            WriteHeaders(response);
        }

        if (!GzipResponse)
        {
            MessageFormat.Write(response.BodyWriter, message);
            return;
        }

        var size = message.CalculateSize();
        if (size >= Options.CompressFromBytes)
        {
            MessageFormat.WriteGzip(response.BodyWriter, message, size);
        }
        else
        {
            MessageFormat.Write(response.BodyWriter, message, size);
        }
    }

    private void WriteMessage(ReadOnlySpan<byte> message)
    {
        var response = HttpContext.Response;
        if (!_begun)
        {
            WriteHeaders(response);
        }

        if (GzipResponse && message.Length >= Options.CompressFromBytes)
        {
            MessageFormat.WriteGzip(response.BodyWriter, message);
        }
        else
        {
            MessageFormat.Write(response.BodyWriter, message);
        }
    }

    internal ValueTask<FlushResult> FlushAsync() => HttpContext.Response.BodyWriter.FlushAsync(CancellationToken.None);

    private void WriteHeaders(HttpResponse response)
    {
        _begun = true;
        response.ContentType = Names.ContentType;
        if (GzipResponse)
        {
            response.Headers.GrpcEncoding = Names.Gzip;
        }

        if (_responseHeaders is { } headers)
        {
            StatusAlone.Append(response.Headers, headers);
        }
    }

    private void WriteStatus(GrpcException? failure)
    {
        var response = HttpContext.Response;
        if (_begun || failure is null)
        {
            if (!_begun)
            {
                WriteHeaders(response);
            }

            WriteTrailers(failure);
            return;
        }

        if (_responseHeaders is { } headers)
        {
            StatusAlone.Append(response.Headers, headers);
        }

        StatusAlone.Answer(response, Options, Method, failure);
        if (_responseTrailers is { } trailers)
        {
            StatusAlone.Append(response.Headers, trailers);
        }
    }

    private void WriteTrailers(GrpcException? failure)
    {
        var trailers = HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        if (failure is null)
        {
            trailers.GrpcStatus = "0";
        }
        else
        {
            Options.OnFailure?.Invoke(failure, Method);
            StatusAlone.Append(trailers, failure);
        }

        if (_responseTrailers is { } added)
        {
            StatusAlone.Append(trailers, added);
        }
    }

    private static GrpcMetadata CopyHeaders(IHeaderDictionary headers)
    {
        var copy = new GrpcMetadata();
        foreach (var (key, values) in headers)
        {
            // Names that begin with a colon are HTTP/2's own.
            if (key.StartsWith(':'))
            {
                continue;
            }

            foreach (var value in values)
            {
                copy.AddReceived(key, value ?? "");
            }
        }

        return copy;
    }

    // On the timer's thread, under its lock.
    private void OnDeadline()
    {
        Volatile.Write(ref _overdue, true);
        var timer = _deadlineTimer!;
        _ = timer.Cancellation.CancelAsync();
        if (TryMove(Phase.Open, Phase.Closed))
        {
            _lateAnswer = AnswerLate();
        }
        else if (TryMove(Phase.Writing, Phase.Overdue))
        {
            timer.Start(OverdueWriteGrace, static call => ((GrpcCall)call).OnOverdueWrite(), this);
        }
    }

    private void OnOverdueWrite()
    {
        if (TryMove(Phase.Overdue, Phase.Closed))
        {
            if (HttpContext.Features.Get<IHttpResetFeature>() is { } reset)
            {
                reset.Reset(ResetCodeCancel);
            }
            else
            {
                HttpContext.Abort();
            }
        }
    }

    private Task AnswerLate()
    {
        WriteStatus(Faults.DeadlineExceeded());
        return HttpContext.Response.CompleteAsync();
    }

    private bool TryMove(Phase from, Phase to) => Interlocked.CompareExchange(ref _phase, (int)to, (int)from) == (int)from;

    // Whose the response is. Open: whoever moves it on. Writing: the writer's. Overdue: the writer's, and the deadline has
    // passed. Closed: the one's who closed it, and the status is written once.
    private enum Phase
    {
        Open,
        Writing,
        Overdue,
        Closed,
    }
}
