using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Durability;

public sealed class FullDiskTests
{
    [RootFact]
    public async Task On_a_full_disk_nothing_is_acknowledged_that_is_not_durable_and_turns_go_on_by_themselves_when_it_has_room()
    {
        using var disk = new SmallDisk(megabytes: 6);
        var acknowledged = new List<string>();
        var options = new EngineOptions { DataFolder = disk.Path };
        await using (var engine = await EmbeddedEngine.Open(options, default))
        {
            await FillUp(engine, acknowledged);
            disk.Grow(megabytes: 200);

            // A caller that retries sees no more of it than the time it took.
            for (var i = 0; i < 100; i++)
            {
                await Retry(engine, $"after-{i}", acknowledged);
            }
        }

        await using var reopened = await EmbeddedEngine.Open(options, default);
        var ids = new HashSet<string>();
        for (var customer = 0; customer < 10; customer++)
        {
            ids.UnionWith((await Histories.Check(reopened, Requests.User($"c{customer}"))).Select(turn => turn.Id));
        }

        acknowledged.Count.ShouldBeGreaterThan(100);
        acknowledged.ShouldBeSubsetOf(ids);
    }

    private static async Task FillUp(EmbeddedEngine engine, List<string> acknowledged)
    {
        var text = new string('x', 4_000);
        for (var i = 0; ; i++)
        {
            try
            {
                var request = Requests.Interaction($"c{i % 10}", $"{i}", properties: Domain.Properties.Of(("text", text), ("more", text)));
                (await engine.Turn(request, default)).ShouldBeOfType<TurnAnswer.Answered>();
                acknowledged.Add($"{i}");
            }
            catch (CustomersUnavailableException e)
            {
                e.Reason.ShouldBe(Unavailability.Storage);
                return;
            }
        }
    }

    private static async Task Retry(EmbeddedEngine engine, string id, List<string> acknowledged)
    {
        while (true)
        {
            try
            {
                await engine.Turn(Requests.Interaction("c0", id), default);
                acknowledged.Add(id);
                return;
            }
            catch (CustomersUnavailableException e)
            {
                await Task.Delay(e.RetryAfter);
            }
        }
    }
}
