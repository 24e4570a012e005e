using System.Text.Json.Nodes;
using SegmentOfOne.Engine;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>
/// The real gateway program, driven through the shop's year by the real load testers' program, its clock moved along: replayed with a decision
/// at each turn, verified, left alone for a month, stopped, started again, replayed again, stopped. What each step said is kept for the tests.
/// </summary>
public sealed class ReplayedYear : IAsyncLifetime, IDisposable
{
    /// <summary>The time of the file's first line.</summary>
    public static readonly DateTimeOffset Begins = new(2010, 12, 1, 8, 26, 0, TimeSpan.Zero);

    /// <summary>A month after the file's last line.</summary>
    private static readonly DateTimeOffset Ends = new(2012, 1, 9, 12, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _data = new();
    private readonly List<JsonNode> _overviews = [];
    private readonly List<int> _exitCodes = [];

    public ProgramRun FirstReplay { get; private set; } = null!;

    public ProgramRun Verification { get; private set; } = null!;

    public ProgramRun SecondReplay { get; private set; } = null!;

    /// <summary>The overview after the month, after the restart, and after the second replay.</summary>
    public IReadOnlyList<JsonNode> Overviews => _overviews;

    /// <summary>The ways through every journey after the month.</summary>
    public IReadOnlyList<JsonNode> Journeys { get; private set; } = [];

    /// <summary>The receipts after the first run.</summary>
    public ShopReceipts Receipts { get; private set; } = null!;

    /// <summary>How the gateway ended each time that it was asked to stop.</summary>
    public IReadOnlyList<int> ExitCodes => _exitCodes;

    /// <summary>The data folder that the stopped gateway left.</summary>
    public string Data => _data.Path;

    /// <summary>The folder in an engine of this process, in which nothing becomes due.</summary>
    public EngineOptions Engine => new() { DataFolder = Data, WakesByHand = true };

    public async Task InitializeAsync()
    {
        if (!ShopClockFactAttribute.Runs)
        {
            return;
        }
        await using (StandingGateway gateway = await StandingGateway.Start(Data, Begins))
        {
            FirstReplay = await gateway.Replay("--decide");
            FirstReplay.ExitCode.ShouldBe(0, FirstReplay.Output);
            Verification = await gateway.Command("verify");
            await gateway.MoveTo(Ends);

            // Percentiles are found among what is saved: once more when all of it is.
            await gateway.Overview();
            await gateway.MoveTo(Ends.AddDays(1));
            _overviews.Add(await gateway.Overview());
            Journeys = await gateway.Journeys();
            _exitCodes.Add(await gateway.Stop());
        }
        await using (EmbeddedEngine engine = await EmbeddedEngine.Open(Engine, default))
        {
            Receipts = await ShopReceipts.Of(engine);
        }
        await using (StandingGateway gateway = await StandingGateway.Start(Data, Ends.AddDays(1)))
        {
            _overviews.Add(await gateway.Overview());
            SecondReplay = await gateway.Replay("--decide");
            _overviews.Add(await gateway.Overview());
            _exitCodes.Add(await gateway.Stop());
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _data.Dispose();
}
