using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.Engine;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>
/// The real gateway program, driven through the shop's year by the real load testers' program: replayed with a decision at each turn,
/// verified, stopped, started again, replayed again, stopped. What each step said is kept for the tests.
/// </summary>
public sealed class ReplayedYear : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScratchFolder _data = new();

    public ProgramRun FirstReplay { get; private set; } = null!;

    public ProgramRun Verification { get; private set; } = null!;

    public ProgramRun SecondReplay { get; private set; } = null!;

    /// <summary>The overview after the first replay, after the restart, and after the second replay.</summary>
    public IReadOnlyList<JsonNode> Overviews => _overviews;

    /// <summary>The receipts after the first replay.</summary>
    public ShopReceipts Receipts { get; private set; } = null!;

    /// <summary>How the gateway ended each time that it was asked to stop.</summary>
    public IReadOnlyList<int> ExitCodes => _exitCodes;

    /// <summary>The data folder that the stopped gateway left.</summary>
    public string Data => _data.Path;

    private readonly List<JsonNode> _overviews = [];
    private readonly List<int> _exitCodes = [];

    public async Task InitializeAsync()
    {
        if (!File.Exists(ShopDataFactAttribute.File))
        {
            return;
        }
        await using (ServerProcess gateway = await ServerProcess.StartGateway(Data, default))
        {
            FirstReplay = await Command(gateway, "replay", "--decide");
            _overviews.Add(await Overview(gateway));
            Verification = await Command(gateway, "verify");
            _exitCodes.Add(await gateway.Stop(default));
        }
        await using (EmbeddedEngine engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = Data }, default))
        {
            Receipts = await ShopReceipts.Of(engine);
        }
        await using (ServerProcess gateway = await ServerProcess.StartGateway(Data, default))
        {
            _overviews.Add(await Overview(gateway));
            SecondReplay = await Command(gateway, "replay", "--decide");
            _overviews.Add(await Overview(gateway));
            _exitCodes.Add(await gateway.Stop(default));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _data.Dispose();

    private static Task<ProgramRun> Command(ServerProcess gateway, string command, params string[] options) =>
        ProgramRun.Of([command, ShopDataFactAttribute.File, "--against", $"http://{gateway.Grpc}", .. options]);

    /// <summary>The overview is a moment behind the turns: asked until it holds all of them, without what is of its process and moment.</summary>
    private static async Task<JsonNode> Overview(ServerProcess gateway)
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var overview = (await http.GetFromJsonAsync<JsonObject>($"http://{gateway.Http}/admin/v1/overview", patience.Token))!;
            if (long.Parse((string)overview["turns"]!) >= ShopSums.OnlineRetail.Turns)
            {
                foreach (var passing in new[] { "as_of", "clock", "process" })
                {
                    overview.Remove(passing).ShouldBeTrue();
                }
                return overview;
            }
            await Task.Delay(100, patience.Token);
        }
    }
}
