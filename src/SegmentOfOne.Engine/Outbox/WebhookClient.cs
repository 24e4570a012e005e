using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>Delivers to one receiver, over connections that no other receiver shares. What it answers but for the status isn't read: a body
/// is let go, a redirect isn't followed, since nobody has said that messages may go there.</summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>The longest that a receiver's wish to be left alone counts.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly HttpClient _http;
    private int _underWay;
    private bool _isRetired;

    public WebhookClient(Receiver receiver)
    {
        Receiver = receiver;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = receiver.Timeout,
            MaxConnectionsPerServer = receiver.Concurrency,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("SegmentOfOne", null));
    }

    public Receiver Receiver { get; }

    /// <summary>One attempt. Doesn't throw.</summary>
    /// <param name="at">By the clock of deliveries.</param>
    /// <param name="stop">Ends it before its time.</param>
    public async Task<Attempt> Send(MessageId id, ReadOnlyMemory<byte> body, Instant at, CancellationToken stop)
    {
        lock (_gate)
        {
            _underWay++;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            ends.CancelAfter(Receiver.Timeout);
            using var request = Request(id.ToString(), body, at);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
            return Of(response, at);
        }
        catch (OperationCanceledException)
        {
            return stop.IsCancellationRequested ? new Attempt.Abandoned() : new Attempt.Failed("timeout");
        }
        catch (Exception e)
        {
            // Whatever it is, it is this attempt's.
            return new Attempt.Failed(Name(e));
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends nothing new; what is under way goes on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isRetired = true;
            if (_underWay > 0)
            {
                return;
            }
        }

        _http.Dispose();
    }

    private HttpRequestMessage Request(string id, ReadOnlyMemory<byte> body, Instant at)
    {
        var seconds = at.UnixMilliseconds / 1000;
        var request = new HttpRequestMessage(HttpMethod.Post, Receiver.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(id, seconds, body.Span, Receiver.Secrets));
        return request;
    }

    private static Attempt Of(HttpResponseMessage response, Instant at)
    {
        var failure = string.Create(CultureInfo.InvariantCulture, $"status_{(int)response.StatusCode}");
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new Attempt.Taken(),
            HttpStatusCode.Gone => new Attempt.Refused(failure),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new Attempt.Failed(failure, RetryAfter(response, at)),
            _ => new Attempt.Failed(failure),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, Instant at)
    {
        var said = response.Headers.RetryAfter;
        var after = said?.Delta ?? (said?.Date is { } date ? Instant.From(date) - at : null);
        return after is not { } wait || wait <= TimeSpan.Zero ? null : wait < LongestRetryAfter ? wait : LongestRetryAfter;
    }

    private static string Name(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "name_resolution",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "secure_connection",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection_refused",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "connection_lost",
        HttpRequestException { InnerException: IOException } => "connection_lost",
        HttpRequestException { InnerException: AuthenticationException } => "secure_connection",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => "bad_response",
        _ => "failed",
    };

    private void End()
    {
        lock (_gate)
        {
            if (--_underWay > 0 || !_isRetired)
            {
                return;
            }
        }

        _http.Dispose();
    }
}
