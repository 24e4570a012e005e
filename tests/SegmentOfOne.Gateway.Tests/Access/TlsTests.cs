using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Access;

public sealed class TlsTests : IAsyncLifetime, IDisposable
{
    private readonly RunningGateway _gateway = new();
    private TestCertificate _certificate = null!;

    public async Task InitializeAsync()
    {
        _certificate = new TestCertificate(Directory.CreateDirectory(Path.Combine(_gateway.Folder.Path, "tls")).FullName);
        await _gateway.Start(new GatewayOptions { Tls = new TlsFiles(_certificate.File, _certificate.KeyFile) });
    }

    public Task DisposeAsync() => _gateway.DisposeAsync();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Both_protocols_are_answered_under_TLS_and_not_in_the_clear()
    {
        _gateway.Host.Http.Scheme.ShouldBe("https");
        using var http = _certificate.Client(_gateway.Host.Http);
        (await http.GetStringAsync("/admin/v1/overview")).ShouldContain("as_of");
        using var channel = new GrpcChannel(_gateway.Host.Grpc, new GrpcChannelOptions { Handler = _certificate.Handler() });
        (await channel.UnaryAsync(ExperienceCalls.Interact, ExperienceCalls.Interaction("ada", "1"), default)).Version.ShouldBe(1ul);

        using var clear = new HttpClient { BaseAddress = new UriBuilder(_gateway.Host.Http) { Scheme = "http" }.Uri };
        await Should.ThrowAsync<HttpRequestException>(() => clear.GetStringAsync("/admin/v1/overview"));
    }

    [Fact]
    public async Task A_certificate_that_was_renewed_is_shown_without_a_restart_and_a_broken_one_never()
    {
        var first = _certificate.Thumbprint;
        (await Shown()).ShouldBe(first);

        await File.WriteAllTextAsync(_certificate.File, "-----BEGIN CERTIFICATE-----\nbroken");
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        (await Shown()).ShouldBe(first);

        _certificate.Renew();
        _certificate.Thumbprint.ShouldNotBe(first);
        for (var deadline = DateTime.UtcNow.AddSeconds(30); await Shown() != _certificate.Thumbprint;)
        {
            DateTime.UtcNow.ShouldBeLessThan(deadline);
            await Task.Delay(100);
        }
    }

    private async Task<string> Shown()
    {
        var shown = "";
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    shown = certificate!.GetCertHashString();
                    return _certificate.Has(shown);
                },
            },
        });
        await client.GetStringAsync(new Uri(_gateway.Host.Http, "/openapi/v1.json"));
        return shown;
    }
}
