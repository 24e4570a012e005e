using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Erasures;

/// <summary>What the playbook says about how long customers are kept.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Who_has_been_silent_for_longer_than_the_playbook_allows_is_erased_and_nobody_else()
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        await using var engine = await EmbeddedEngine.Open(
            new EngineOptions { DataFolder = folder.Path, Time = time, WakesByHand = true, Playbook = Keeping("""{ "customers_silent": "30d" }""") }, default);
        foreach (var name in new[] { "silent", "back", "young" })
        {
            await engine.Turn(Requests.Interaction(name, "1"), default);
            time.Advance(name == "back" ? TimeSpan.FromDays(20) : TimeSpan.Zero);
        }

        time.Advance(TimeSpan.FromDays(5));
        await engine.Turn(Requests.Interaction("back", "2"), default);
        await Task.Delay(1_200);
        time.Advance(TimeSpan.FromDays(5));
        await engine.WakeDue(default);
        (await engine.Get(Requests.User("silent"), null, default)).ShouldNotBeNull();

        time.Advance(TimeSpan.FromMilliseconds(1));
        await engine.WakeDue(default);
        await ErasureTests.ShouldBeGone(engine, Requests.User("silent"));
        (await engine.ErasureOf(Requests.User("silent"), default)).ShouldNotBeNull().Reason.ShouldBe(ErasureReason.Retention);
        (await engine.Get(Requests.User("back"), null, default)).ShouldNotBeNull();
        (await engine.Get(Requests.User("young"), null, default)).ShouldNotBeNull();
    }

    private static byte[] Keeping(string rules)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["retention"] = JsonNode.Parse(rules);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
