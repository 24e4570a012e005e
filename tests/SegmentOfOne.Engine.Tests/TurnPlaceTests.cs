using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests;

public sealed class TurnPlaceTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task A_turn_has_its_place_before_it_is_durable_and_the_next_shares_its_commit()
    {
        await _host.Turn(Requests.Interaction("ada", "1"));
        var waiting = new List<Task<TurnAnswer>>();
        for (var id = 2; id <= 40; id++)
        {
            var place = new TurnPlace();
            waiting.Add(_host.Engine.Turn(Requests.Interaction("ada", $"{id}"), place, default).AsTask());
            place.IsTaken.ShouldBeTrue();
        }

        waiting.ShouldAllBe(turn => !turn.IsCompleted);
        _host.Commit().ShouldBe(1);
        for (var turn = 0; turn < waiting.Count; turn++)
        {
            (await waiting[turn]).ShouldBeOfType<TurnAnswer.Answered>().Reply.Version.ShouldBe(turn + 2);
        }
    }

    [Fact]
    public async Task A_turn_that_waits_for_the_store_has_no_place_yet()
    {
        await _host.Turn(Requests.Interaction("ada", "1"));
        _host.EvictAll();
        var place = new TurnPlace();
        var turn = _host.Engine.Turn(Requests.Interaction("ada", "2"), place, default).AsTask();
        place.IsTaken.ShouldBeFalse();
        while (!turn.IsCompleted)
        {
            _host.Commit();
            await Task.WhenAny(turn, Task.Delay(1));
        }

        (await turn).ShouldBeOfType<TurnAnswer.Answered>().Reply.Version.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_refused_or_was_answered_before_leaves_the_order_as_it_is()
    {
        await _host.Turn(Requests.Interaction("ada", "1"));
        var repeat = await _host.Engine.Turn(Requests.Interaction("ada", "1"), new TurnPlace(), default);
        repeat.ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeTrue();
        (await _host.Engine.Turn(Requests.Interaction("", "2"), new TurnPlace(), default)).ShouldBeOfType<TurnAnswer.Refused>();
        (await _host.Turn(Requests.Interaction("ada", "2"))).Reply.Version.ShouldBe(2);
    }

    public void Dispose() => _host.Dispose();
}
