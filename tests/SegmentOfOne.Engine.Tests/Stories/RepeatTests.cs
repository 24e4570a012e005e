using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Stories;

/// <summary>Invariant 3 of the design: the same interaction id gives the same reply and no fact, however late it comes.</summary>
public sealed class RepeatTests : IDisposable
{
    /// <summary>Ids go from the recent ones to the filter, and here beyond the filter's room.</summary>
    private const int Turns = Limits.RecentIds + (Limits.FilterBlocks * 51) + 200;
    private readonly SteppedEngine _host = new();

    [Theory]
    [InlineData("in memory")]
    [InlineData("saved")]
    [InlineData("evicted")]
    [InlineData("after a crash")]
    [InlineData("after a crash, unsaved in part")]
    public async Task An_id_of_long_ago_gives_the_first_reply_again_and_no_turn(string where)
    {
        const int Count = 3 * Limits.RecentIds;
        var replies = new List<TurnReply>();
        for (var i = 0; i < Count; i++)
        {
            replies.Add((await _host.Turn(Interaction(i))).Reply);
            if (i == Count / 2 && where == "after a crash, unsaved in part")
            {
                _host.Save();
            }
        }

        switch (where)
        {
            case "saved":
                _host.Save();
                break;
            case "evicted":
                _host.EvictAll();
                _host.Engine.Home.Residents.Count.ShouldBe(0);
                break;
            case "after a crash" or "after a crash, unsaved in part":
                _host.Crash();
                break;
        }

        for (var i = 0; i < Count; i += 7)
        {
            var again = await _host.Turn(Interaction(i) with { Type = "liked", Channel = "store" });
            again.Duplicate.ShouldBeTrue();
            again.Reply.ShouldBe(replies[i]);
        }

        (await Histories.Check(_host.Engine, Requests.User("a"))).Count.ShouldBe(Count);
    }

    [Fact]
    public async Task Nothing_is_mistaken_for_a_repeat_or_missed_as_one_when_the_filter_is_full()
    {
        for (var i = 0; i < Turns; i++)
        {
            (await _host.Turn(Interaction(i))).Duplicate.ShouldBeFalse();
            if (i % 500 == 0)
            {
                _host.Save();
            }
        }

        for (var i = 0; i < Turns; i += 101)
        {
            var again = await _host.Turn(Interaction(i));
            (again.Duplicate, again.Reply.Version).ShouldBe((true, i + 1));
        }
    }

    [Fact]
    public async Task The_same_id_twice_at_once_is_one_turn()
    {
        for (var i = 0; i < 2 * Limits.RecentIds; i++)
        {
            await _host.Turn(Interaction(i));
        }

        _host.EvictAll();
        var both = Enumerable.Range(0, 2).Select(_ => _host.Engine.Turn(Interaction(9_999), default).AsTask()).ToArray();
        _host.Commit();
        var answers = (await Task.WhenAll(both)).Cast<TurnAnswer.Answered>().ToArray();
        answers.Count(answer => answer.Duplicate).ShouldBe(1);
        answers[0].Reply.ShouldBe(answers[1].Reply);
    }

    public void Dispose() => _host.Dispose();

    private static TurnRequest Interaction(int number) =>
        Requests.Interaction("a", $"i{number}", number % 3 == 0 ? "product_added" : "page_viewed", placements: number % 5 == 0 ? ["home_hero"] : []);
}
