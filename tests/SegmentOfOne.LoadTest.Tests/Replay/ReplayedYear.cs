using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Shop;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>
/// The real gateway program, driven through the shop's year by the real load testers' program: replayed, verified, stopped,
/// started again, replayed again, stopped. What each step said is kept for the tests.
/// </summary>
public sealed class ReplayedYear : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private DirectoryInfo? _data;

    /// <summary>The exit code of a command, and what it wrote.</summary>
    public sealed record Run(int ExitCode, string Output);

    public Run FirstReplay { get; private set; } = null!;

    public Run Verification { get; private set; } = null!;

    public Run SecondReplay { get; private set; } = null!;

    /// <summary>The overview after the first replay, after the restart, and after the second replay.</summary>
    public IReadOnlyList<JsonNode> Overviews => _overviews;

    /// <summary>How the gateway ended each time that it was asked to stop.</summary>
    public IReadOnlyList<int> ExitCodes => _exitCodes;

    /// <summary>The data folder that the stopped gateway left.</summary>
    public string Data => _data!.FullName;

    private readonly List<JsonNode> _overviews = [];
    private readonly List<int> _exitCodes = [];

    public async Task InitializeAsync()
    {
        if (!File.Exists(ShopDataFactAttribute.File))
        {
            return;
        }
        _data = Directory.CreateTempSubdirectory("replayed-year-");
        await using (ServerProcess gateway = await ServerProcess.StartGateway(Data, default))
        {
            FirstReplay = await Command(gateway, "replay");
            _overviews.Add(await Overview(gateway));
            Verification = await Command(gateway, "verify");
            _exitCodes.Add(await gateway.Stop(default));
        }
        await using (ServerProcess gateway = await ServerProcess.StartGateway(Data, default))
        {
            _overviews.Add(await Overview(gateway));
            SecondReplay = await Command(gateway, "replay");
            _overviews.Add(await Overview(gateway));
            _exitCodes.Add(await gateway.Stop(default));
        }
    }

    public Task DisposeAsync()
    {
        _data?.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static async Task<Run> Command(ServerProcess gateway, string command)
    {
        using StringWriter output = new();
        int exitCode = await LoadTestProgram.Run([command, ShopDataFactAttribute.File, "--against", $"http://{gateway.Grpc}"], Terminal.To(output), output);
        return new Run(exitCode, output.ToString());
    }

    /// <summary>The overview is a moment behind the turns: asked until it holds all of them, without what is of its process and moment.</summary>
    private static async Task<JsonNode> Overview(ServerProcess gateway)
    {
        using HttpClient http = new();
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            JsonObject overview = (await http.GetFromJsonAsync<JsonObject>($"http://{gateway.Http}/admin/v1/overview", patience.Token))!;
            if (long.Parse((string)overview["turns"]!) >= ShopSums.OnlineRetail.Turns)
            {
                foreach (string passing in new[] { "as_of", "clock", "process" })
                {
                    overview.Remove(passing).ShouldBeTrue();
                }
                return overview;
            }
            await Task.Delay(100, patience.Token);
        }
    }
}
