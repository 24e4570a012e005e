using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;

namespace SegmentOfOne.Engine.Tests.Stories;

/// <summary>A customer's past: partly in history, partly only in the journal.</summary>
public sealed class StoryTests : IDisposable
{
    private const int Turns = 700;
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task It_is_read_page_by_page_from_either_end()
    {
        await Live(Turns);
        var all = await Histories.Check(_host.Engine, Requests.User("a"));
        all.Count(turn => turn.Observed is not null).ShouldBe(Turns);
        foreach (var limit in new[] { 1, 7, 128, 499, 500 })
        {
            (await Pages(newestFirst: false, limit)).ShouldBe(all.Select(turn => turn.Version));
            (await Pages(newestFirst: true, limit)).ShouldBe(all.Select(turn => turn.Version).Reverse());
        }

        var beyond = await _host.Engine.Turns(Requests.User("a"), false, all.Count, 10, default);
        (beyond!.Turns.Length, beyond.Next).ShouldBe((0, null));
        (await _host.Engine.Turns(Requests.User("nobody"), false, null, 10, default)).ShouldBeNull();
    }

    [Fact]
    public async Task As_of_a_time_it_is_as_it_was()
    {
        var moments = await Live(Turns);
        (await _host.Engine.Get(Requests.User("a"), moments[0].At - TimeSpan.FromMilliseconds(1), default)).ShouldBeNull();
        for (var i = 0; i < Turns; i += 13)
        {
            var view = await _host.Engine.Get(Requests.User("a"), moments[i].At, default);
            view!.AsOf.ShouldBe(moments[i].At);
            Histories.BytesOf(view.State).ShouldBe(moments[i].State);
        }
    }

    [Fact]
    public async Task Scores_are_valued_at_the_time_asked_for()
    {
        await _host.Turn(Requests.Interaction("a", "1", "store_visited"));
        var now = _host.Time.Now;
        (await _host.Engine.Get(Requests.User("a"), null, default))!.Scores.Involvement.ShouldBe(24.214, 0.001);
        (await _host.Engine.Get(Requests.User("a"), now + TimeSpan.FromDays(7), default))!.Scores.Involvement.ShouldBe(12.945, 0.001);
        _host.Time.Advance(TimeSpan.FromDays(14));
        (await _host.Engine.Get(Requests.User("a"), now + TimeSpan.FromDays(7), default))!.Scores.Involvement.ShouldBe(12.945, 0.001);
    }

    /// <summary>Invariant 6 of the design.</summary>
    [Fact]
    public async Task Every_receipt_recomputes_to_the_decision_taken()
    {
        var decisions = new List<(Decision Decision, int PlaybookVersion)>();
        for (var i = 0; i < 300; i++)
        {
            var reply = (await _host.Turn(Interaction(i) with { Placements = ["home_hero", "account"] })).Reply;
            decisions.AddRange(reply.Decisions.Select(decision => (decision, _host.Engine.Playbooks.InForce.Version)));
            if (i % 100 == 50)
            {
                _host.EvictAll();
                await _host.Engine.Playbooks.Publish(_host.Engine.Playbooks.InForce.Playbook.Source, null, default);
            }
        }

        foreach (var (decision, playbookVersion) in decisions)
        {
            var receipt = (await _host.Engine.Receipt(decision.ReceiptId, default))!;
            (receipt.Id, receipt.Placement, receipt.Action, receipt.Treatment, receipt.PlaybookVersion)
                .ShouldBe((decision.ReceiptId, decision.Placement, decision.Action, decision.Treatment, playbookVersion));
            receipt.Candidates.ShouldNotBeEmpty();
            receipt.ToBytes().ShouldBe((await _host.Engine.Receipt(decision.ReceiptId, default))!.ToBytes());
        }

        var known = decisions[0].Decision.ReceiptId;
        (await _host.Engine.Receipt(known with { Index = 2 }, default)).ShouldBeNull();
        (await _host.Engine.Receipt(known with { Version = 301 }, default)).ShouldBeNull();
        (await _host.Engine.Receipt(known with { Version = 0 }, default)).ShouldBeNull();
        (await _host.Engine.Receipt(known with { Key = default }, default)).ShouldBeNull();
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Turns in time, saved now and then, the last ones not; the state after each.</summary>
    private async Task<List<(Instant At, byte[] State)>> Live(int turns)
    {
        var moments = new List<(Instant, byte[])>();
        for (var i = 0; i < turns; i++)
        {
            _host.Time.Advance(TimeSpan.FromMinutes(17));
            await _host.Turn(Interaction(i));
            moments.Add((_host.Time.Now, Histories.BytesOf((await _host.Engine.Get(Requests.User("a"), null, default))!.State)));
            if (i % 150 == 149 && i < turns - 100)
            {
                _host.Save();
            }
        }

        return moments;
    }

    private async Task<List<long>> Pages(bool newestFirst, int limit)
    {
        var versions = new List<long>();
        long? after = null;
        do
        {
            var page = (await _host.Engine.Turns(Requests.User("a"), newestFirst, after, limit, default))!;
            page.Turns.Length.ShouldBeLessThanOrEqualTo(limit);
            versions.AddRange(page.Turns.Select(turn => turn.Version));
            after = page.Next;
        }
        while (after is not null);
        return versions;
    }

    private static TurnRequest Interaction(int number) => Requests.Interaction(
        "a", $"i{number}", Shop.Types[number % Shop.Types.Length], properties: Shop.Properties(new Random(number)));
}
