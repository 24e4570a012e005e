using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>A certificate for this machine that nobody else has signed, in files as an operator has them.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly HashSet<string> _made = [];
    private X509Certificate2 _certificate = null!;

    public TestCertificate(string folder)
    {
        (File, KeyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        Renew();
    }

    public string File { get; }

    public string KeyFile { get; }

    public string Thumbprint => _certificate.Thumbprint;

    /// <summary>Whether it is this one, or one from before it was renewed.</summary>
    public bool Has(string thumbprint) => _made.Contains(thumbprint);

    /// <summary>Writes another one, with another key.</summary>
    public void Renew()
    {
        _certificate?.Dispose();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        _made.Add(_certificate.Thumbprint);
        System.IO.File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>Trusts this certificate and no other; <paramref name="seen"/> hears of each that is shown.</summary>
    public SocketsHttpHandler Handler(Action<string>? seen = null) => new()
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                seen?.Invoke(shown!.GetCertHashString());
                return shown!.GetCertHashString() == Thumbprint;
            },
        },
    };

    public HttpClient Client(Uri address, Action<string>? seen = null) =>
        new(Handler(seen)) { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1" }.Uri };

    public void Dispose() => _certificate.Dispose();
}
