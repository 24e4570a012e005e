using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>One HTTP/2 request and its response, read as a gRPC call. Whatever goes wrong comes out as <see cref="GrpcException"/>.</summary>
internal sealed class Exchange<T> : IDisposable
    where T : class, IMessage<T>, new()
{
    private readonly GrpcChannel _channel;
    private readonly HttpRequestMessage _request;
    private readonly MessageType<T> _type;
    private readonly CancellationToken _caller;
    private readonly PooledTimer? _timer;
    private readonly long _startedAt;
    private readonly TimeSpan? _timeout;
    private HttpResponseMessage? _response;
    private ResponsePipe? _body;
    private bool _gzip;

    /// <param name="channel">Carries the call.</param>
    /// <param name="request">Owned from now on.</param>
    /// <param name="type">What the answers are.</param>
    /// <param name="timeout">Null for a call without a deadline; infinite for one that is to be cancelled by <see cref="Cancel"/>.</param>
    /// <param name="caller">The caller's own token.</param>
    public Exchange(GrpcChannel channel, HttpRequestMessage request, MessageType<T> type, TimeSpan? timeout, CancellationToken caller)
    {
        _channel = channel;
        _request = request;
        _type = type;
        _caller = caller;
        _timeout = timeout;
        if (timeout is { } wait)
        {
            _startedAt = channel.Timers.Time.GetTimestamp();
            _timer = channel.Timers.Rent();
            _timer.CancelWith(caller);
            _timer.Start(wait, static source => _ = ((CancellationTokenSource)source).CancelAsync(), _timer.Cancellation);
        }
    }

    /// <summary>Metadata that came before the first message. Known once <see cref="OpenAsync"/> has ended.</summary>
    public GrpcMetadata Headers => Copy(_response?.Headers);

    /// <summary>Metadata that came with the status. Known once the last message was read.</summary>
    public GrpcMetadata Trailers => Copy(_response?.TrailingHeaders);

    private CancellationToken Token => _timer?.Cancellation.Token ?? _caller;

    /// <summary>Sends the request and waits for the response to begin. Throws when all there is is a status that is not OK.</summary>
    public async ValueTask OpenAsync()
    {
        try
        {
            _response = await _channel.Http.SendAsync(_request, Token);
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            throw explained;
        }

        if (_response.StatusCode is not HttpStatusCode.OK)
        {
            throw FromHttp(_response.StatusCode);
        }

        // Trailers-Only: the status is among the headers.
        var headers = _response.Headers.NonValidated;
        if (headers.TryGetValues(Names.Status, out var status) && ReadStatus(status.ToString(), _response.Headers) is { } failed)
        {
            throw failed;
        }

        if (!_response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) || !Names.IsGrpcContentType(type.ToString()))
        {
            throw Faults.NotGrpc(type.ToString());
        }

        if (headers.TryGetValues(Names.Encoding, out var encodings) && encodings.ToString() is var encoding && encoding != Names.Identity)
        {
            _gzip = encoding == Names.Gzip
                ? true
                : throw Faults.UnsupportedCompression(StatusCode.Internal, encoding);
        }

        _body = new ResponsePipe(await _response.Content.ReadAsStreamAsync(Token));
    }

    /// <summary>The next message, or null at the end of a call that ended OK; throws when it ended otherwise.</summary>
    public async ValueTask<T?> ReadAsync()
    {
        try
        {
            var received = await MessageReader.ReadAsync(_body!, _type, _channel.Receive, _gzip, begun: false, Token);
            if (received.Message is not null)
            {
                return received.Message;
            }
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            throw explained;
        }

        // A Trailers-Only OK has its status in the headers, and no body.
        var trailers = _response!.TrailingHeaders;
        var isStatus = trailers.NonValidated.TryGetValues(Names.Status, out var status) || _response.Headers.NonValidated.TryGetValues(Names.Status, out status);
        if (!isStatus)
        {
            throw Faults.StatusMissing();
        }

        return ReadStatus(status.ToString(), trailers) is { } failed ? throw failed : null;
    }

    /// <summary>Gives the call up; the server is told.</summary>
    public void Cancel() => _timer?.Cancellation.Cancel();

    public void Dispose()
    {
        _body?.Complete();
        _response?.Dispose();
        _request.Dispose();
        _timer?.Stop();
    }

    /// <summary>What a failure of the transport means; null for what is no such failure.</summary>
    public GrpcException? Explain(Exception failure)
    {
        var explained = failure switch
        {
            GrpcException => null,
            OperationCanceledException or ObjectDisposedException => Faults.Cancelled(failure),
            HttpRequestException or IOException when ResetWithin(failure) is { } reset => FromReset(reset),
            HttpRequestException or IOException => Faults.ConnectionFailed(failure),
            _ => null,
        };

        // A server that keeps the deadline too may reset the stream a moment before the timer here.
        var overdue = _timeout is { } limit && limit >= TimeSpan.Zero && !_caller.IsCancellationRequested && _channel.Timers.Time.GetElapsedTime(_startedAt) >= limit;
        return explained is { Status: StatusCode.Cancelled } && overdue ? Faults.DeadlineExceeded() : explained;
    }

    private static GrpcException? ReadStatus(string text, HttpHeaders headers)
    {
        if (text == "0")
        {
            return null;
        }

        var detail = headers.NonValidated.TryGetValues(Names.Message, out var message) ? PercentText.Decode(message.ToString()) : "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is > 0 and <= (int)StatusCode.Unauthenticated
            ? new GrpcException((StatusCode)code, detail, Copy(headers))
            : new GrpcException(StatusCode.Unknown, $"status_unknown: {text}: {detail}", Copy(headers));
    }

    // The table of the gRPC specification "HTTP to gRPC status code mapping".
    private static GrpcException FromHttp(HttpStatusCode http) => Faults.HttpStatus(
        http switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        (int)http);

    private static HttpProtocolException? ResetWithin(Exception? failure)
    {
        while (failure is not null and not HttpProtocolException)
        {
            failure = failure.InnerException;
        }

        return (HttpProtocolException?)failure;
    }

    // The table "HTTP2 error codes" of the same specification, but for NO_ERROR: it says INTERNAL for a stream reset so, and
    // what comes up here so is nearly always a connection that a stopping server closed.
    private static GrpcException FromReset(HttpProtocolException broken) => Faults.StreamReset(
        broken.ErrorCode switch
        {
            0 => StatusCode.Unavailable, // NO_ERROR
            7 => StatusCode.Unavailable, // REFUSED_STREAM
            8 => StatusCode.Cancelled, // CANCEL
            11 => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
            12 => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
            _ => StatusCode.Internal,
        },
        broken);

    private static GrpcMetadata Copy(HttpHeaders? headers)
    {
        var copy = new GrpcMetadata();
        if (headers is null)
        {
            return copy;
        }

        foreach (var (key, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                copy.AddReceived(key, value);
            }
        }

        return copy;
    }
}
