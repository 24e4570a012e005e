using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Store;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Clocks;

public sealed class ClockTests : IDisposable
{
    private readonly SteppedEngine _host = new(options => options with { Playbook = WaitingShop.Source });

    [Fact]
    public async Task What_is_due_happens_at_its_time_for_customers_in_memory()
    {
        await Fill("c", "cart1");
        var began = _host.Time.Now;
        for (var step = 0; step < 4; step++)
        {
            _host.Time.Advance(WaitingShop.Cart[step].Wait - TimeSpan.FromMilliseconds(1));
            await _host.WakeDue();
            (await Steps("c")).ShouldBe(step);
            _host.Time.Advance(TimeSpan.FromMilliseconds(1));
            await _host.WakeDue();
            (await Steps("c")).ShouldBe(step + 1);
        }

        await Check("c");
        (await Story("c"))[1].At.ShouldBe(began + WaitingShop.Cart[0].Wait);
        (await State("c")).Journeys.Runs.Length.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_due_happens_for_customers_that_have_left_memory_and_takes_nothing_there_before()
    {
        for (var customer = 0; customer < 300; customer++)
        {
            await Fill($"c{customer}", "cart1");
        }

        _host.EvictAll();
        _host.Engine.Home.Residents.Count.ShouldBe(0);
        DueBytes().ShouldBe(0);
        _host.Time.Advance(TimeSpan.FromHours(2));
        await _host.WakeDue();
        for (var customer = 0; customer < 300; customer++)
        {
            await Check($"c{customer}");
            (await Steps($"c{customer}")).ShouldBe(2);
        }
    }

    [Fact]
    public async Task A_customer_about_to_be_looked_at_stays_in_memory()
    {
        await Fill("soon", "cart1");
        _host.Save();
        _host.Time.Advance(WaitingShop.Cart[0].Wait - TimeSpan.FromSeconds(2));
        for (var part = 0; part < 32; part++)
        {
            _host.Engine.Eviction.Sweep();
        }

        _host.Engine.Home.Residents.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_due_is_known_after_a_crash_saved_or_not(bool saved)
    {
        await Fill("c", "cart1");
        if (saved)
        {
            _host.Save();
        }

        _host.Crash();
        _host.Engine.Home.Residents.Count.ShouldBe(saved ? 0 : 1);
        _host.Time.Advance(TimeSpan.FromDays(3));
        await _host.WakeDue();
        (await Steps("c")).ShouldBe(4);
        await Check("c");
    }

    [Fact]
    public async Task What_became_due_before_an_interaction_comes_before_it_whoever_is_first()
    {
        await Fill("c", "cart1");
        _host.Time.Advance(TimeSpan.FromHours(2));
        await _host.Turn(Requests.Interaction("c", "late"));
        var story = await Story("c");
        story.Select(turn => turn.Facts[0] is TimeCame).ShouldBe([false, true, true, false]);
        story[^1].Id.ShouldBe("late");
        await _host.WakeDue();
        (await Story("c")).Count.ShouldBe(4);
        await Check("c");
    }

    [Fact]
    public async Task More_than_can_be_carried_out_in_one_go_is_carried_out_before_the_interaction_all_the_same()
    {
        // Ten carts at a time, each with three steps by then.
        for (var cart = 0; cart < 10; cart++)
        {
            await Fill("c", $"cart{cart}");
            _host.Time.Advance(TimeSpan.FromSeconds(7));
        }

        _host.Time.Advance(TimeSpan.FromDays(4));
        await _host.Turn(Requests.Interaction("c", "late"));
        (await Steps("c")).ShouldBe(40);
        (await Story("c"))[^1].Id.ShouldBe("late");
        await Check("c");
    }

    [Fact]
    public async Task A_journey_goes_on_as_the_playbook_had_it_by_which_it_was_entered_also_after_a_restart()
    {
        await Fill("c", "cart1");
        (await _host.Engine.Playbooks.Publish(WaitingShop.With(), null, default)).ShouldBeOfType<PublishOutcome.Published>();
        _host.Save();
        _host.Crash(() => { });
        (await _host.Engine.Playbooks.Publish(WaitingShop.With(), null, default)).ShouldBeOfType<PublishOutcome.Published>();
        _host.Time.Advance(TimeSpan.FromDays(3));
        await _host.WakeDue();
        (await Steps("c")).ShouldBe(4);
        await Check("c");
    }

    [Fact]
    public async Task A_new_playbook_reaches_customers_that_nobody_touches_in_memory_or_not()
    {
        await Fill("gone", "cart1");
        _host.EvictAll();
        await Fill("here", "cart1");
        var feast = _host.Time.Now + TimeSpan.FromMinutes(10);
        (await _host.Engine.Playbooks.Publish(WaitingShop.With(WaitingShop.AtDate(feast)), null, default)).ShouldBeOfType<PublishOutcome.Published>();
        await _host.WakeDue();
        _host.Save();
        _host.Time.Advance(TimeSpan.FromMinutes(10));
        await _host.WakeDue();
        foreach (var customer in (string[])["gone", "here"])
        {
            (await Story(customer)).SelectMany(turn => turn.Facts).OfType<JourneyEntered>().Last().ShouldBe(
                new JourneyEntered("feast", 2, 2, "", feast));
        }

        // Their rows are the new playbook's by now: nobody looks at them again.
        _host.Save();
        var rows = new List<DueRow>();
        await _host.Engine.Home.Readers.Run(reader =>
        {
            reader.ReadOlder(2, 1, long.MaxValue, rows);
            return 0;
        });
        rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sums_of_journeys_balance()
    {
        for (var customer = 0; customer < 20; customer++)
        {
            await Fill($"c{customer}", "cart1");
            await _host.Turn(Requests.Interaction($"c{customer}", "view", "product_viewed"));
            if (customer % 4 == 0)
            {
                await _host.Turn(Requests.Interaction($"c{customer}", "buy", "order_completed"));
            }

            _host.Time.Advance(TimeSpan.FromMinutes(30));
        }

        await _host.WakeDue();
        _host.Save();
        var sums = (await _host.Engine.Journeys(default)).Journeys;
        sums.Select(journey => journey.Journey).ShouldBe(["cart", "wish"]);
        foreach (var journey in sums)
        {
            journey.Entered.ShouldBe(20);
            journey.Entered.ShouldBe(journey.Inside + journey.Ends.Sum(end => end.Count));
            journey.Inside.ShouldBe(journey.Steps.Sum(step => step.Inside));
            journey.Flows.Single(flow => flow.From == "").Count.ShouldBe(20);
        }

        // 20 in ten hours: who came five hours ago or earlier has given up, unless it had bought.
        sums[1].Ends.ShouldBe([
            new JourneyEndSums(JourneyEnd.Converted, 5, TimeSpan.Zero),
            new JourneyEndSums(JourneyEnd.Completed, 8, 8 * WaitingShop.Wish)]);
        sums[0].Steps.Single(step => step.Step == "first").Dwelt.ShouldBe(sums[0].Steps.Single(step => step.Step == "first").Left * TimeSpan.FromHours(1));
        (await _host.Engine.Overview(default)).ClockTurns.ShouldBeGreaterThan(20);
    }

    public void Dispose() => _host.Dispose();

    private Task<TurnAnswer.Answered> Fill(string customer, string cart) => _host.Turn(
        Requests.Interaction(customer, $"{customer} {cart}", "product_added", properties: Properties.Of(("cart_id", cart))));

    private Task<List<Turn>> Story(string customer) => Histories.Read(_host.Engine, Requests.User(customer));

    private async Task<CustomerState> State(string customer) => (await _host.Engine.Get(Requests.User(customer), null, default))!.State;

    private async Task<int> Steps(string customer) =>
        (await Story(customer)).SelectMany(turn => turn.Facts).OfType<JourneyStepped>().Count(stepped => stepped.From.Length > 0);

    private async Task Check(string customer) =>
        WaitingShop.Check(await Histories.Check(_host.Engine, Requests.User(customer)), _host.Time.Now, WaitingShop.Cart);

    private long DueBytes()
    {
        var bytes = 0L;
        for (var shard = 0; shard < ResidentIndex.ShardCount; shard++)
        {
            var one = _host.Engine.Home.Residents.Shard(shard);
            bytes += one.EarliestDue == Resident.Never ? 0 : one.DueBytes;
        }

        return bytes;
    }
}
