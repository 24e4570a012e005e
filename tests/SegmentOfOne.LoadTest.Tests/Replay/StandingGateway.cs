using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Benchmarks;
using SegmentOfOne.Benchmarks.Servers;
using SegmentOfOne.LoadTest.Calls;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>The real gateway program on a clock that stands until it is moved.</summary>
internal sealed class StandingGateway : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServerProcess _process;
    private readonly HttpClient _http;

    private StandingGateway(ServerProcess process) =>
        (_process, _http) = (process, new HttpClient { BaseAddress = new Uri($"http://{process.Http}") });

    public static async Task<StandingGateway> Start(string data, DateTimeOffset at, params string[] options) => new(await ServerProcess.StartGateway(
        "gateway", Built.Gateway, data, default, ["--clock", at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), "--clock-stands", .. options]));

    /// <summary>Runs a command of the load testers' program on the shop's file.</summary>
    public Task<ProgramRun> Command(string command, params string[] options) =>
        ProgramRun.Of([command, ShopDataFactAttribute.File, "--against", $"http://{_process.Grpc}", .. options]);

    /// <summary>The shop's year, each turn at its time.</summary>
    public Task<ProgramRun> Replay(params string[] options) => Command("replay", ["--move-clock", $"{_http.BaseAddress}", .. options]);

    /// <summary>Lets time go on, day by day.</summary>
    public async Task MoveTo(DateTimeOffset end)
    {
        using var clock = await ServiceClock.Open(_http.BaseAddress!, null, default);
        for (var at = DateTimeOffset.Parse((string)(await Get("overview"))["clock"]!["now"]!, CultureInfo.InvariantCulture); at < end;)
        {
            at = at.AddDays(1) < end ? at.AddDays(1) : end;
            await clock.Move(at, default);
        }
    }

    /// <summary>The overview when it holds every turn, without what is of its process and moment.</summary>
    public async Task<JsonNode> Overview()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var overview = await Get("overview");
            if (((string?)overview["process"]!["unsaved_turns"] ?? "0") == "0")
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

    /// <summary>The ways through every journey.</summary>
    public async Task<IReadOnlyList<JsonNode>> Journeys()
    {
        List<JsonNode> paths = [];
        foreach (var journey in (await Get("journeys"))["journeys"]!.AsArray())
        {
            paths.Add(await Get($"journeys/{(string)journey!["id"]!}"));
        }
        return paths;
    }

    /// <summary>Asks it to stop; its exit code.</summary>
    public Task<int> Stop() => _process.Stop(default);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<JsonObject> Get(string what) => (await _http.GetFromJsonAsync<JsonObject>($"/admin/v1/{what}"))!;
}
