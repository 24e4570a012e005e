using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>Clients that know nothing of this library, from plain .proto files.</summary>
public sealed class ThirdPartyClientTests(ThirdPartyClientTests.Runs runs) : IClassFixture<ThirdPartyClientTests.Runs>
{
    private static readonly string[] Names =
    [
        "unary", "server_stream", "client_stream", "duplex", "metadata", "each_error", "error_after_messages", "deadline", "cancel", "gzip",
        "unknown_compression", "large_message", "over_the_limit", "unknown_method", "malformed_message", "retry", "retry_pushback", "health", "reflection",
    ];

    public static TheoryData<string> Scenarios => [.. Names];

    [PythonTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Pythons_grpcio_is_served(string scenario) => await ShouldSucceed(runs.Python.Value, scenario);

    [NodeTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Npms_grpc_js_is_served(string scenario) => await ShouldSucceed(runs.Node.Value, scenario);

    private static async Task ShouldSucceed(Task<IReadOnlyDictionary<string, string?>> run, string scenario)
    {
        var outcomes = await run;
        outcomes.Keys.Order().ShouldBe(Names.Order());
        outcomes[scenario].ShouldBeNull();
    }

    /// <summary>Each client runs once, all its scenarios in one process.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly List<EchoServer> _servers = [];

        public Runs()
        {
            Python = new(() => RunAsync(ThirdPartyClient.Python));
            Node = new(() => RunAsync(ThirdPartyClient.Node));
        }

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> Python { get; }

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> Node { get; }

        public void Dispose() => _servers.ForEach(server => server.DisposeAsync().AsTask().GetAwaiter().GetResult());

        private async Task<IReadOnlyDictionary<string, string?>> RunAsync(ThirdPartyClient client)
        {
            var server = await EchoServer.StartAsync(map: app =>
            {
                app.MapGrpcHealth();
                app.MapGrpcReflection();
            });
            _servers.Add(server);
            server.Service.OnCall = Reflect;
            return await client.RunAsync(server.Address);
        }

        private static void Reflect(GrpcCall call)
        {
            if (call.RequestHeader("reflect") is { } text)
            {
                call.ResponseHeaders.Add("reflect", text).Add("reflect-bin", call.RequestHeaders.GetBytes("reflect-bin"));
            }
        }
    }
}
