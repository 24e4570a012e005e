using SegmentOfOne.Gateway.Tests.Support;
using SegmentOfOne.Grpc.Tests;

namespace SegmentOfOne.Gateway.Tests;

/// <summary>The real program, called by clients that know nothing but its .proto file.</summary>
public sealed class ThirdPartyClientTests(ThirdPartyClientTests.Runs runs) : IClassFixture<ThirdPartyClientTests.Runs>
{
    private static readonly string[] Names =
        ["interact", "read", "stream", "refused", "not_found", "unknown_method", "malformed_message", "deadline", "cancel", "gzip", "health", "reflection"];

    public static TheoryData<string> Scenarios => [.. Names];

    [PythonTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Pythons_grpcio_is_answered(string scenario) => await ShouldSucceed(runs.Python.Value, scenario);

    [NodeTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Npms_grpc_js_is_answered(string scenario) => await ShouldSucceed(runs.Node.Value, scenario);

    private static async Task ShouldSucceed(Task<IReadOnlyDictionary<string, string?>> run, string scenario)
    {
        var outcomes = await run;
        outcomes.Keys.Order().ShouldBe(Names.Order());
        outcomes[scenario].ShouldBeNull();
    }

    /// <summary>Each client runs once, all its scenarios in one process, against one program.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Lazy<Task<GatewayProcess>> _gateway;

        public Runs()
        {
            _gateway = new(() => GatewayProcess.Start(_folder.Path));
            Python = new(() => Run(ThirdPartyClient.Python));
            Node = new(() => Run(ThirdPartyClient.Node));
        }

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> Python { get; }

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> Node { get; }

        public void Dispose()
        {
            if (_gateway.IsValueCreated)
            {
                _gateway.Value.Result.Dispose();
            }

            _folder.Dispose();
        }

        private async Task<IReadOnlyDictionary<string, string?>> Run(ThirdPartyClient client) => await client.RunAsync((await _gateway.Value).Grpc);
    }
}
