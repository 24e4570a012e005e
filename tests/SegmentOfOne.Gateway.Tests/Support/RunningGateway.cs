using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Gateway.Hosting;
using SegmentOfOne.Grpc;
using SegmentOfOne.Grpc.Client;

namespace SegmentOfOne.Gateway.Tests.Support;

/// <summary>The real host in this process, on ports of the system's choice, over a folder of its own.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    private GatewayHost? _host;

    public TemporaryFolder Folder { get; } = new();

    public GatewayHost Host => _host ?? throw new InvalidOperationException("The gateway is not running.");

    public HttpClient Http { get; private set; } = null!;

    public GrpcChannel Grpc { get; private set; } = null!;

    /// <summary>Everything that is mapped, gRPC and HTTP.</summary>
    public IReadOnlyList<Endpoint> Endpoints => Host.Endpoints;

    public Task InitializeAsync() => Start(new GatewayOptions());

    /// <summary>Starts on <see cref="Folder"/>; of <paramref name="options"/> all but folder and addresses is kept.</summary>
    public async Task Start(GatewayOptions options)
    {
        var anyPort = new ListenAddress(IPAddress.Loopback, 0);
        _host = await GatewayHost.Start(options with { Http = anyPort, Grpc = anyPort, Store = StoreAddress.Folder(Folder.Path) }, default);
        Http = new HttpClient { BaseAddress = Host.Http };
        Grpc = new GrpcChannel(Host.Grpc);
    }

    public async Task Stop()
    {
        if (_host is { } host)
        {
            _host = null;
            Http.Dispose();
            Grpc.Dispose();
            await host.DisposeAsync();
        }
    }

    public async Task DisposeAsync()
    {
        await Stop();
        Folder.Dispose();
    }

    public ValueTask<V1.InteractReply> Interact(V1.InteractRequest request) => Grpc.UnaryAsync(ExperienceCalls.Interact, request, default);

    public ValueTask<V1.CustomerState> Customer(string user) =>
        Grpc.UnaryAsync(ExperienceCalls.GetCustomer, new V1.GetCustomerRequest { Customer = ExperienceCalls.User(user) }, default);

    /// <summary>The body of a GET that must be answered.</summary>
    public async Task<JsonObject> Get(string path) => (JsonObject)JsonNode.Parse(await Http.GetStringAsync(path))!;

    /// <summary>The body of a GET as the message that it is in protobuf JSON.</summary>
    public async Task<T> Get<T>(string path)
        where T : IMessage, new() => JsonParser.Default.Parse<T>(await Http.GetStringAsync(path));

    public Task<HttpResponseMessage> Post(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public static async Task<JsonObject> Body(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!;

    /// <summary>How a call that must fail did: its status and the name in its trailer.</summary>
    public async Task<(StatusCode Status, string? Name)> Failure<TRequest, TReply>(GrpcMethod<TRequest, TReply> method, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply>, new()
    {
        var failure = await Should.ThrowAsync<GrpcException>(async () => await Grpc.UnaryAsync(method, request, default));
        return (failure.Status, failure.Trailers.Get("segmentofone-error"));
    }
}
