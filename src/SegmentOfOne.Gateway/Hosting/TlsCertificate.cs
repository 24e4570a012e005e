using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SegmentOfOne.Gateway.Hosting;

/// <summary>Where a certificate is, with those between it and its root behind it, and where its private key; both in PEM.</summary>
public sealed record TlsFiles(string Certificate, string Key);

/// <summary>
/// The certificate that connections are made by, read again when a file changes: connections made from then on have the new one, those before
/// go on. While there is a mistake in the files, what was before stays, and the log says the mistake.
/// </summary>
public sealed partial class TlsCertificate : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly TlsFiles _files;
    private readonly ILogger _log;
    private readonly Timer _timer;
    private readonly Lock _reading = new();
    private volatile SslStreamCertificateContext _current;
    private (DateTime, DateTime) _read;

    /// <exception cref="GatewayStartException">They can't be used.</exception>
    public TlsCertificate(TlsFiles files, ILogger<TlsCertificate> log)
    {
        (_files, _log) = (files, log);
        try
        {
            _read = WrittenAt();
            _current = Read();
        }
        catch (Exception exception) when (IsMistake(exception))
        {
            throw new GatewayStartException($"The certificate {files.Certificate} with the key {files.Key} can't be used: {exception.Message}", exception);
        }

        _timer = new Timer(_ => Look(), null, Every, Every);
    }

    /// <summary>How connections are made that speak one protocol.</summary>
    public TlsHandshakeCallbackOptions For(SslApplicationProtocol protocol) => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(10),
        OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _current,
            ApplicationProtocols = [protocol],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
        }),
    };

    public void Dispose() => _timer.Dispose();

    /// <summary>Reads the files again when they were written since; by itself it looks every second.</summary>
    public void Look()
    {
        lock (_reading)
        {
            try
            {
                var written = WrittenAt();
                if (written == _read)
                {
                    return;
                }

                _read = written;
                _current = Read();
                LogRead(_files.Certificate, _current.TargetCertificate.NotAfter.ToUniversalTime());
            }
            catch (Exception exception) when (IsMistake(exception))
            {
                // Two files are written one after the other: between them they may not fit, and then it is tried again when the second comes.
                LogMistake(_files.Certificate, exception.Message);
            }
        }
    }

    private (DateTime, DateTime) WrittenAt() => (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key));

    private SslStreamCertificateContext Read()
    {
        var leaf = X509Certificate2.CreateFromPemFile(_files.Certificate, _files.Key);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(_files.Certificate);
        return SslStreamCertificateContext.Create(leaf, all, offline: true);
    }

    private static bool IsMistake(Exception exception) => exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(LogLevel.Error, "{File}: {Mistake} The certificate from before stays.")]
    private partial void LogMistake(string file, string mistake);

    [LoggerMessage(LogLevel.Warning, "{File} was read again: a certificate until {Until:u}.")]
    private partial void LogRead(string file, DateTime until);
}
