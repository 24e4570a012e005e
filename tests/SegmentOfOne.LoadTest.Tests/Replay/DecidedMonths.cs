using SegmentOfOne.Engine;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>The real gateway program, driven through the first months of the shop's year with a decision at each turn, and stopped.</summary>
public sealed class DecidedMonths : IAsyncLifetime, IDisposable
{
    public const int Turns = 20_000;

    private readonly ScratchFolder _data = new();

    public ProgramRun Replay { get; private set; } = null!;

    /// <summary>The data folder that the stopped gateway left.</summary>
    public string Data => _data.Path;

    /// <summary>The folder in an engine of this process, in which nothing becomes due.</summary>
    public EngineOptions Engine => new() { DataFolder = Data, WakesByHand = true };

    public async Task InitializeAsync()
    {
        if (!File.Exists(ShopDataFactAttribute.File))
        {
            return;
        }
        await using StandingGateway gateway = await StandingGateway.Start(Data, ReplayedYear.Begins);
        Replay = await gateway.Replay("--limit", $"{Turns}", "--decide");
        await gateway.Stop();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _data.Dispose();
}
