using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Decisions;

/// <summary>Invariant 7 of the design: caps are exact, whoever comes at once.</summary>
public sealed class CapTests
{
    private const int Triggers = 1_000;

    private int rounds;

    [Fact]
    public async Task A_thousand_triggers_at_once_on_every_channel_reserve_what_the_cap_allows_and_after_releases_exactly_as_many_more()
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        var options = new EngineOptions { DataFolder = folder.Path, Time = time, Playbook = CappedShop.Source };
        List<ReceiptId> held;
        await using (var engine = await EmbeddedEngine.Open(options, default))
        {
            held = await Trigger(engine);
            held.Count.ShouldBe(CappedShop.Limit);

            // One bounced, one was delivered: one place is free.
            await Report(engine, "bounced", held[0]);
            await Report(engine, "delivered", held[1]);
            var next = await Trigger(engine);
            next.Count.ShouldBe(1);
            (await Trigger(engine)).ShouldBeEmpty();
            held = [held[2], .. next];
        }

        await using (var engine = await EmbeddedEngine.Open(options, default))
        {
            (await Trigger(engine)).ShouldBeEmpty();

            // Two were never reported, and their time is up.
            time.Advance(CappedShop.Reserve);
            var next = await Trigger(engine);
            next.Count.ShouldBe(2);

            // What is told too late of them stands: they were delivered, so that for now there are more than would be chosen.
            await Report(engine, "seen", held[0]);
            await Report(engine, "bounced", next[0]);
            (await Trigger(engine)).ShouldBeEmpty();
            await Report(engine, "bounced", next[1]);
            (await Trigger(engine)).Count.ShouldBe(1);
            (await Histories.Check(engine, Requests.User("ada"))).Count(turn => turn.Decisions > 0).ShouldBe(rounds * Triggers);
        }
    }

    /// <summary>Asks for something on every channel, each time in another order, all at once; what was reserved.</summary>
    private async Task<List<ReceiptId>> Trigger(EmbeddedEngine engine)
    {
        var round = rounds++;
        var answers = await Task.WhenAll(Enumerable.Range(0, Triggers).Select(i => Task.Run(async () =>
        {
            var first = i % CappedShop.Placements.Length;
            return await engine.Turn(
                new TurnRequest
                {
                    Customer = Requests.User("ada"),
                    Id = $"{round}-{i}",
                    Channel = "web",
                    Placements = [.. CappedShop.Placements[first..], .. CappedShop.Placements[..first]],
                },
                default);
        })));
        return
        [
            .. answers.Cast<TurnAnswer.Answered>().SelectMany(answer => answer.Reply.Decisions)
                .Where(decision => decision.Action is not null).Select(decision => decision.ReceiptId),
        ];
    }

    private static async Task Report(EmbeddedEngine engine, string type, ReceiptId receipt) =>
        (await engine.Turn(
            Requests.Interaction("ada", $"{type} {receipt}", type, properties: Properties.Of(("receipt_id", receipt.ToString()))), default))
            .ShouldBeOfType<TurnAnswer.Answered>();
}
