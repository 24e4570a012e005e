using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Durability;

/// <summary>Nothing is shown before it is durable, and whoever waits doesn't hold up others.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly SteppedEngine _host = new();

    [Fact]
    public async Task An_answer_leaves_when_its_commit_is_done_and_no_sooner()
    {
        var turn = _host.Engine.Turn(Requests.Interaction("a", "1"), default).AsTask();
        turn.IsCompleted.ShouldBeFalse();
        _host.Commit();
        var reply = (await turn).ShouldBeOfType<TurnAnswer.Answered>().Reply;
        (reply.Version, reply.ObservedThrough).ShouldBe((1, 1));
    }

    [Fact]
    public async Task The_next_turn_of_a_customer_begins_while_the_one_before_is_being_committed()
    {
        var turns = Enumerable.Range(1, 5).Select(i => _host.Engine.Turn(Requests.Interaction("a", $"{i}"), default).AsTask()).ToArray();
        _host.Commit().ShouldBe(1);
        (await Task.WhenAll(turns)).Select(answer => ((TurnAnswer.Answered)answer).Reply.Version).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Reads_wait_for_the_commit_of_what_they_show()
    {
        var turn = _host.Engine.Turn(Requests.Interaction("a", "1"), default).AsTask();
        var view = _host.Engine.Get(Requests.User("a"), null, default).AsTask();
        var page = _host.Engine.Turns(Requests.User("a"), true, null, 10, default).AsTask();
        var repeat = _host.Engine.Turn(Requests.Interaction("a", "1"), default).AsTask();
        (view.IsCompleted, page.IsCompleted, repeat.IsCompleted).ShouldBe((false, false, false));
        _host.Commit();
        (await view)!.State.Version.ShouldBe(1);
        (await page)!.Turns.Length.ShouldBe(1);
        (await repeat).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeTrue();
        await turn;
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_does_not_stop_the_turn()
    {
        using var leaving = new CancellationTokenSource();
        var turn = _host.Engine.Turn(Requests.Interaction("a", "1"), leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(turn);
        _host.Commit();
        var again = await _host.Turn(Requests.Interaction("a", "1"));
        (again.Duplicate, again.Reply.Version).ShouldBe((true, 1));
    }

    [Fact]
    public async Task When_a_commit_fails_memory_goes_back_to_what_is_committed()
    {
        await _host.Turn(Requests.Interaction("a", "1"));
        var before = (await Get("a"))!.State;
        _host.Storage.LimitPages(1);
        var lost = Enumerable.Range(2, 3).Select(i => _host.Engine.Turn(Requests.Interaction("a", $"{i}", channel: new string('x', 32)), default).AsTask())
            .Append(_host.Engine.Turn(Large("b"), default).AsTask()).ToArray();
        var read = _host.Engine.Get(Requests.User("a"), null, default).AsTask();
        _host.Commit();
        foreach (var turn in lost.Cast<Task>().Append(read))
        {
            (await Should.ThrowAsync<CustomersUnavailableException>(turn)).Reason.ShouldBe(Unavailability.Storage);
        }

        Histories.BytesOf((await Get("a"))!.State).ShouldBe(Histories.BytesOf(before));
        (await Get("b")).ShouldBeNull();
        _host.Storage.LimitPages(1_000_000);
        (await _host.Turn(Requests.Interaction("a", "2"))).Reply.Version.ShouldBe(2);
        (await _host.Turn(Large("b"))).Reply.Version.ShouldBe(1);
        _host.Crash();
        (await Histories.Check(_host.Engine, Requests.User("a"))).Count.ShouldBe(2);
        (await Histories.Check(_host.Engine, Requests.User("b"))).Count.ShouldBe(1);
    }

    public void Dispose() => _host.Dispose();

    private ValueTask<CustomerView?> Get(string customer) => _host.Engine.Get(Requests.User(customer), null, default);

    private static TurnRequest Large(string customer) => Requests.Interaction(
        customer, "1", properties: Properties.Of(("a", new string('a', 4_000)), ("b", new string('b', 4_000)), ("c", new string('c', 4_000))));
}
