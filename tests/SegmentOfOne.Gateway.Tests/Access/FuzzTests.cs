using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Tests.Support;
using Xunit.Abstractions;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>Tokens, paths and headers that nobody would write, by keys of one workspace. A minute of it: SEGMENTOFONE_FUZZ=60.</summary>
public sealed class FuzzTests(GuardedGateway gateway, ITestOutputHelper output) : IClassFixture<GuardedGateway>
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("SEGMENTOFONE_FUZZ"), out var seconds) ? seconds : 5);

    private static readonly string[] Pieces =
    [
        "..", "%2e%2e", "%2F", "%252F", "%00", "%ff", "acme", "default", "workspaces", "canary_of_acme", "canary_of_default", "user_id", "v1", "admin", "customers", "receipts",
        "turns", "access-log", "keys", "'; DROP TABLE key; --", "\"", "*", "?", "#", "é", "\u0001", "{c}", "-1", "9999999999999999999", "true", "",
    ];

    [Fact]
    public async Task Nothing_that_can_be_sent_fails_inside_or_tells_of_another_workspace()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Lasts}");
        // Nobody who sends what follows says these: names that are sent may be in what is said of a wrong path, and later in one's own log.
        const string unsaid = "known_to_acme_alone";
        var interaction = ExperienceCalls.Interaction(GuardedGateway.Canary(GuardedGateway.Other), "2", unsaid);
        await gateway.Running.Grpc.UnaryAsync(
            ExperienceCalls.Interact, interaction, GuardedGateway.With(gateway.Key(GuardedGateway.Other, Role.Channel)), default);
        var customer = gateway.Receipts[GuardedGateway.Other].Split('.')[0];
        var answers = new Dictionary<int, int>();
        var ends = Stopwatch.StartNew();
        var random = new Random(seed);
        while (ends.Elapsed < Lasts)
        {
            var request = Request(random);
            var (status, text) = await Send(request);
            text.ShouldNotContain(customer, customMessage: request);
            text.ShouldNotContain(unsaid, customMessage: request);
            text.ShouldNotContain("   at SegmentOfOne", customMessage: request);
            status.ShouldNotBeInRange(500, 599, request);
            answers[status] = answers.GetValueOrDefault(status) + 1;
        }

        output.WriteLine(string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}")));
        answers.Values.Sum().ShouldBeGreaterThan(50);
        answers.GetValueOrDefault((int)HttpStatusCode.OK).ShouldBeGreaterThan(0);
        using var own = await gateway.Send(
            "GET", $"/admin/v1/customers/user_id/{GuardedGateway.Canary(GuardedGateway.Other)}/turns", gateway.Key(GuardedGateway.Other, Role.Admin));
        (await own.Content.ReadAsStringAsync()).ShouldContain(unsaid);
    }

    private string Request(Random random)
    {
        var path = Path(random);
        var method = random.Next(8) switch { 0 => "POST", 1 => "PUT", 2 => "DELETE", 3 => "PATCH", 4 => "GETT", _ => "GET" };
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        if (random.Next(12) > 0)
        {
            text.Append($"Authorization: {Token(random)}\r\n");
        }

        for (var header = random.Next(3); header > 0; header--)
        {
            text.Append(random.Next(6) switch
            {
                0 => $"SegmentOfOne-Workspace: {Piece(random)}\r\n",
                1 => $"SegmentOfOne-Person: {Piece(random)}\r\n",
                2 => $"Authorization: Bearer {Piece(random)}\r\n",
                3 => $"X-Forwarded-For: {Piece(random)}\r\n",
                4 => $"If-Match: {Piece(random)}\r\n",
                _ => $"Content-Type: {Piece(random)}\r\n",
            });
        }

        var body = random.Next(3) == 0 ? Piece(random) : "";
        return text.Append($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n").Append(body).ToString();
    }

    private static string Path(Random random)
    {
        string[] known =
        [
            "/admin/v1/overview", "/admin/v1/customers", "/v1/customers/user_id/canary_of_acme", "/admin/v1/customers/user_id/canary_of_default", "/admin/v1/access-log", "/admin/v1/keys",
            "/v1/receipts/", "/admin/v1/playbook", "/openapi/v1.json", "/segmentofone.v1.Experience/GetCustomer", "/admin/v1/outbox/messages",
        ];
        var path = new StringBuilder(random.Next(3) > 0 ? known[random.Next(known.Length)] : "");
        for (var piece = random.Next(4); piece > 0; piece--)
        {
            path.Append(random.Next(5) switch { 0 => "?", 1 => "&", 2 => "//", _ => "/" }).Append(Piece(random));
        }

        return path.Length == 0 || path[0] != '/' ? "/" + path : path.ToString();
    }

    private string Token(Random random)
    {
        var key = gateway.Key(Workspace.Default, (Role)random.Next(Enum.GetValues<Role>().Length));
        switch (random.Next(6))
        {
            case 0:
                var letters = key.ToCharArray();
                letters[random.Next(letters.Length)] = (char)random.Next(33, 127);
                return $"Bearer {new string(letters)}";
            case 1:
                // The id of a key of the other workspace, with a secret that is not its own.
                return $"Bearer {gateway.Key(GuardedGateway.Other, Role.Admin)[..21]}{key[21..]}";
            case 2:
                return $"{(random.Next(2) == 0 ? "Basic" : "bearer")} {key[..random.Next(key.Length)]}{Piece(random)}";
            default:
                return $"Bearer {key}";
        }
    }

    private static string Piece(Random random) => Pieces[random.Next(Pieces.Length)];

    /// <summary>Sends bytes as they are: no client would.</summary>
    private async Task<(int Status, string Text)> Send(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Running.Host.Http.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = await reader.ReadToEndAsync(patience.Token);
        return (text.Length > 12 ? int.Parse(text.AsSpan(9, 3)) : 0, text);
    }
}
