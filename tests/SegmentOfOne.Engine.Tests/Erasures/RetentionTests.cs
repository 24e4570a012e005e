using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Formats;
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
        await Histories.Saved(engine);
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

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public async Task Turns_older_than_the_playbook_allows_are_forgotten_and_what_they_led_to_stays(int turns)
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        var options = new EngineOptions { DataFolder = folder.Path, Time = time, WakesByHand = true, Playbook = Keeping("""{ "turns": "30d" }""") };
        byte[] before;
        CustomerKey key;
        await using (var engine = await EmbeddedEngine.Open(options, default))
        {
            for (var turn = 0; turn < turns; turn++)
            {
                await engine.Turn(Requests.Interaction("ada", $"old-{turn}", placements: "home_hero"), default);
            }

            await Histories.Saved(engine);
            var end = time.Now;
            time.Advance(TimeSpan.FromDays(20));
            for (var turn = 0; turn < 5; turn++)
            {
                await engine.Turn(Requests.Interaction("ada", $"new-{turn}", placements: "home_hero"), default);
            }

            await Histories.Saved(engine);
            time.Advance(TimeSpan.FromDays(15));
            var live = (await engine.Get(Requests.User("ada"), null, default)).ShouldNotBeNull();
            (before, key) = (StateFormat.ToBytes(live.State), live.Key);
            var late = (await engine.Receipt(new ReceiptId(key, live.State.Version, 0), default)).ShouldNotBeNull();

            await engine.WakeDue(default);
            await engine.WakeDue(default);
            engine.Home.Retention.Forgotten.ShouldBe(1);
            var page = (await engine.Turns(Requests.User("ada"), true, null, 500, default)).ShouldNotBeNull();
            page.Turns.Length.ShouldBeInRange(5, 20);
            page.Next.ShouldBeNull();
            page.Turns.ShouldAllBe(turn => turn.At > end);
            (await engine.Turns(Requests.User("ada"), false, null, 500, default)).ShouldNotBeNull().Turns.Select(turn => turn.Version)
                .ShouldBe(page.Turns.Select(turn => turn.Version).Reverse());
            Told((await engine.Receipt(new ReceiptId(key, live.State.Version, 0), default)).ShouldNotBeNull()).ShouldBe(Told(late));
            await Should.ThrowAsync<HistoryForgottenException>(() => engine.Receipt(new ReceiptId(key, 3, 0), default).AsTask());
            await Should.ThrowAsync<HistoryForgottenException>(() => engine.Get(Requests.User("ada"), end - TimeSpan.FromDays(1), default).AsTask());
            (await engine.Get(Requests.User("ada"), end + TimeSpan.FromDays(1), default)).ShouldNotBeNull().State.Version.ShouldBeGreaterThanOrEqualTo(turns);
        }

        await using var again = await EmbeddedEngine.Open(options, default);
        StateFormat.ToBytes((await again.Get(Requests.User("ada"), null, default)).ShouldNotBeNull().State).Length.ShouldBeGreaterThanOrEqualTo(before.Length);
        await again.Turn(Requests.Interaction("ada", "newest"), default);
    }

    private static string Told(Receipt receipt) =>
        string.Join('\n', receipt.Candidates.Select(candidate => $"{candidate.Action} {candidate.Verdict} {candidate.Needed} {candidate.Priority}"));

    private static byte[] Keeping(string rules)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["retention"] = JsonNode.Parse(rules);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
