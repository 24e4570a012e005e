using System.Net.Http.Headers;

namespace SegmentOfOne.LoadTest.Calls;

/// <summary>Says by which key each call is made.</summary>
internal sealed class KeyHandler(string key) : DelegatingHandler(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false, UseCookies = false })
{
    private readonly AuthenticationHeaderValue _key = new("Bearer", key);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _key;
        return base.SendAsync(request, cancellationToken);
    }
}
