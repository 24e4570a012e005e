using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SegmentOfOne.Engine.Tests.Outbox;

/// <summary>A real HTTP server that gets webhooks, keeps what it got, and answers as a test wants it.</summary>
public sealed class WebhookReceiver : IDisposable
{
    /// <summary>24 bytes, as the least that the standard allows.</summary>
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const int BlockBytes = 64;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<Got> _got = [];
    private readonly CancellationTokenSource _stop = new();

    public WebhookReceiver()
    {
        _listener.Start();
        _ = Listen();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/in?from=test");

    /// <summary>What to do with a request: null answers 200, a number that status, <see cref="Drop"/> cuts the connection, <see cref="Hang"/> never answers.</summary>
    public Func<Got, int?> Answer { get; set; } = _ => null;

    /// <summary>Seconds that an answer other than 200 asks to be left alone.</summary>
    public int? RetryAfter { get; set; }

    public const int Drop = -1;
    public const int Hang = -2;

    /// <summary>Every request, in the order of coming.</summary>
    public IReadOnlyList<Got> All => [.. _got];

    public int Count => _got.Count;

    /// <summary>Waits until so many requests came.</summary>
    public async Task<IReadOnlyList<Got>> Wait(int count, TimeSpan? atMost = null)
    {
        var until = DateTime.UtcNow + (atMost ?? TimeSpan.FromSeconds(60));
        while (_got.Count < count)
        {
            (DateTime.UtcNow < until).ShouldBeTrue($"{_got.Count} of {count} requests came");
            await Task.Delay(5);
        }

        return All;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    /// <summary>HMAC by its definition (RFC 2104), apart from the code that is tested.</summary>
    public static string Sign(string id, string timestamp, byte[] body, string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var (inner, outer) = (new byte[BlockBytes], new byte[BlockBytes]);
        for (var i = 0; i < BlockBytes; i++)
        {
            var one = i < key.Length ? key[i] : (byte)0;
            (inner[i], outer[i]) = ((byte)(one ^ 0x36), (byte)(one ^ 0x5C));
        }

        byte[] message = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(SHA256.HashData([.. outer, .. SHA256.HashData([.. inner, .. message])]));
    }

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>One connection: request after request, until it is cut.</summary>
    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                var stream = new BufferedStream(client.GetStream());
                while (await Read(stream) is { } got)
                {
                    var answer = Answer(got);
                    _got.Enqueue(got);
                    if (answer == Drop)
                    {
                        client.Client.Close(0);
                        return;
                    }

                    if (answer == Hang)
                    {
                        await Task.Delay(Timeout.Infinite, _stop.Token);
                    }

                    var wait = answer is not null && RetryAfter is { } seconds ? $"Retry-After: {seconds}\r\n" : "";
                    var place = answer is 302 ? "Location: /elsewhere\r\n" : "";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer ?? 200} Said\r\n{wait}{place}Content-Length: 6\r\n\r\nthanks"), _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Whoever sent it is gone, or the test is over.
        }
    }

    /// <summary>The next request; null: the connection has ended.</summary>
    private async Task<Got?> Read(Stream stream)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = await ReadLine(stream); line != ""; line = await ReadLine(stream))
        {
            if (line is null)
            {
                return null;
            }

            if (line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0)
            {
                headers[line[..colon]] = line[(colon + 2)..];
            }
        }

        var body = new byte[int.Parse(headers["content-length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new Got(
            headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body, headers["content-type"], DateTime.UtcNow);
    }

    private async Task<string?> ReadLine(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }

    /// <summary>A request.</summary>
    public sealed record Got(string Id, string Timestamp, string Signature, byte[] Body, string? ContentType, DateTime At)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public bool IsSignedBy(string secret) => Signature.Split(' ').Contains(Sign(Id, Timestamp, Body, secret));
    }
}
