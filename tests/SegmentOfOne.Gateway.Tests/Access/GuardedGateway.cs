using System.Net.Http.Headers;
using System.Text;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Access;
using SegmentOfOne.Gateway.Access;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Access;

/// <summary>A gateway of two workspaces with a key of each role in both, and in each a customer of whom the other must not hear a word.</summary>
public sealed class GuardedGateway : IAsyncLifetime
{
    public const string Other = "acme";

    public static readonly string[] Workspaces = [Workspace.Default, Other];

    private readonly Dictionary<(string Workspace, Role Role), string> _keys = [];

    public RunningGateway Running { get; } = new();

    /// <summary>Keys that no longer count, by the code that says why, and one that never did.</summary>
    public Dictionary<string, string> Ended { get; } = [];

    public Dictionary<string, string> Receipts { get; } = [];

    /// <summary>Stands in everything that is stored of the customer of a workspace.</summary>
    public static string Canary(string workspace) => $"canary_of_{workspace}";

    public string Key(string workspace, Role role) => _keys[(workspace, role)];

    public async Task InitializeAsync()
    {
        var now = Instant.From(DateTimeOffset.UtcNow);
        foreach (var workspace in Workspaces)
        {
            using var store = AccessStore.Open(StoreAddress.Folder(Running.Folder.Path).Of(workspace).FolderPath!);
            foreach (var role in Enum.GetValues<Role>())
            {
                _keys[(workspace, role)] = Add(store, $"{role} of {workspace}", role, null);
            }

            Ended["key_expired"] = Add(store, "late", Role.Admin, now);
            Ended["key_revoked"] = Add(store, "gone", Role.Admin, null);
            store.Revoke(Ended["key_revoked"].Substring(4, KeySecret.IdLength), now).ShouldBeTrue();
            Ended["key_unknown"] = KeySecret.Make("nobody", Role.Admin, now, "", null, null).Text;
        }

        await Running.Start(new GatewayOptions { Workspaces = [Other], CustomerLimit = null });
        foreach (var workspace in Workspaces)
        {
            var interaction = ExperienceCalls.Interaction(Canary(workspace), "1", Canary(workspace));
            interaction.Placements.Add("home_hero");
            var reply = await Running.Grpc.UnaryAsync(ExperienceCalls.Interact, interaction, With(Key(workspace, Role.Channel)), default);
            Receipts[workspace] = reply.Decisions[0].ReceiptId;
        }
    }

    public Task DisposeAsync() => Running.DisposeAsync();

    public static GrpcCallOptions With(string? key, string? workspace = null)
    {
        var headers = new GrpcMetadata();
        if (key is not null)
        {
            headers.Add("authorization", $"Bearer {key}");
        }

        if (workspace is not null)
        {
            headers.Add("segmentofone-workspace", workspace);
        }

        return new GrpcCallOptions { Headers = headers, Timeout = TimeSpan.FromSeconds(20) };
    }

    public async Task<HttpResponseMessage> Send(string method, string path, string? key, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await Running.Http.SendAsync(request);
    }

    public static string Add(IAccessStore store, string name, Role role, Instant? expires, RateLimit? limit = null)
    {
        var (text, key) = KeySecret.Make(name, role, Instant.From(DateTimeOffset.UtcNow), "", expires, limit);
        store.Add(key);
        return text;
    }
}
