using System.Diagnostics;
using System.Globalization;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Durability;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 6;

    /// <summary>Invariants 1 and 2 of the design: a process under load is killed at a random instant, again and again on the same folder.</summary>
    [Fact]
    public async Task After_kill_9_every_acknowledged_turn_is_there_once_and_history_replays_to_the_live_state()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var acknowledged = new List<(string Customer, string Id, long Version)>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = acknowledged.Count;
            await KillOne(folder, $"r{round}", TimeSpan.FromMilliseconds(random.Next(20, 1_200)), acknowledged);
            output.WriteLine($"round {round}: {acknowledged.Count - before} acknowledged");
            await Check(folder, acknowledged);
        }

        acknowledged.Count.ShouldBeGreaterThan(Rounds);

        // What was due while nobody lived, and what is due now, happens once, as of its time.
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
        await Task.Delay(WaitingShop.BriefCart.Length * TimeSpan.FromSeconds(1) + TimeSpan.FromSeconds(3));
        var steps = 0;
        for (var customer = 0; customer < Victim.Customers; customer++)
        {
            var soon = Instant.From(TimeProvider.System.GetUtcNow()) - TimeSpan.FromSeconds(1);
            steps += WaitingShop.Check(await Histories.Check(engine, Requests.User($"c{customer}")), soon, WaitingShop.BriefCart);
        }

        output.WriteLine($"{steps} steps by time");
        steps.ShouldBeGreaterThan(Rounds);
    }

    private static async Task KillOne(
        TemporaryFolder folder, string run, TimeSpan after, List<(string Customer, string Id, long Version)> acknowledged)
    {
        using var victim = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Victim).Assembly.Location, folder.Path, run])
        {
            RedirectStandardOutput = true,
        })!;
        (await victim.StandardOutput.ReadLineAsync()).ShouldBe("ready");

        // On a machine that is busy with other things it takes a while until it is under load.
        var first = await victim.StandardOutput.ReadLineAsync();
        var reading = ReadAll(victim.StandardOutput);
        await Task.Delay(after);
        victim.Kill();
        await victim.WaitForExitAsync();

        // What was written before the kill is still in the pipe; a line cut off isn't an acknowledgement that anyone has read.
        foreach (var line in (await reading).Prepend(first!))
        {
            var words = line.Split(' ');
            acknowledged.Add((words[0], words[1], long.Parse(words[2], CultureInfo.InvariantCulture)));
        }
    }

    private static async Task<IEnumerable<string>> ReadAll(StreamReader reader)
    {
        var text = await reader.ReadToEndAsync();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task Check(TemporaryFolder folder, List<(string Customer, string Id, long Version)> acknowledged)
    {
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
        var stories = new Dictionary<string, List<Turn>>();
        for (var customer = 0; customer < Victim.Customers; customer++)
        {
            stories.Add($"c{customer}", await Histories.Check(engine, Requests.User($"c{customer}")));
        }

        foreach (var (customer, id, version) in acknowledged)
        {
            var story = stories[customer];
            story.Count.ShouldBeGreaterThanOrEqualTo((int)version);
            story[(int)version - 1].Id.ShouldBe(id);
        }
    }
}
