using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

[Collection(DatabaseTests.Name)]
public sealed class SharedClockTests(PostgreSqlServer server)
{
    private const int Customers = 60;

    private readonly ManualTime _time = new();

    [PostgreSqlFact]
    public async Task What_is_due_happens_once_whichever_home_wakes_the_customer_and_if_both_do()
    {
        var source = server.CreateDatabase();
        using var a = Open(source.Shared());
        for (var customer = 0; customer < Customers; customer++)
        {
            await Fill(a, customer);
        }

        // Half is checkpointed; the other half only home A knows about, and it dies or is slow.
        a.Engine.Checkpointer.Round();
        for (var customer = Customers; customer < 2 * Customers; customer++)
        {
            await Fill(a, customer);
        }

        using var b = Open(source.Shared());
        _time.Advance(TimeSpan.FromHours(3));
        var wakes = new[] { b.Engine.Home.WakeDue(default), a.Engine.Home.WakeDue(default) };
        while (!wakes.All(wake => wake.IsCompleted))
        {
            b.Step();
            a.Step();
            await Task.Yield();
        }

        // Who of two had a turn acknowledged, the key decides: the other may have given up, and looks again.
        await Task.WhenAll(wakes).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var home in (SteppedHome[])[a, b])
        {
            await home.StepUntil(home.Engine.Home.WakeDue(default));
        }

        using var c = Open(source.Shared());
        for (var customer = 0; customer < 2 * Customers; customer++)
        {
            WaitingShop.Check(await Histories.Check(c.Engine, Requests.User($"c{customer}")), _time.Now, WaitingShop.Cart).ShouldBe(2);
        }
    }

    [PostgreSqlFact]
    public async Task Rows_say_when_to_look_and_who_is_in_a_segment_and_sums_balance()
    {
        var source = server.CreateDatabase();
        using var a = Open(source.Shared());
        for (var customer = 0; customer < Customers; customer++)
        {
            await Fill(a, customer);
        }

        Save(a);
        using (var b = Open(source.Shared()))
        {
            _time.Advance(TimeSpan.FromHours(2));
            await b.StepUntil(b.Engine.Home.WakeDue(default));
            Save(b);
            var journey = (await b.Engine.Journeys(default)).Journeys.Single();
            (journey.Journey, journey.Entered, journey.Inside).ShouldBe(("cart", Customers, Customers));
            journey.Steps.Single(step => step.Step == "third").ShouldBe(new StepSums("third", Customers, Customers, 0, TimeSpan.Zero));
            var overview = await b.Engine.Overview(default);
            overview.ClockTurns.ShouldBeGreaterThanOrEqualTo(2 * Customers);

            await b.Engine.Home.RefreshRanks(default);
            overview.RankedAt.ShouldBeNull();
        }

        var rows = new List<SegmentOfOne.Engine.Store.DueRow>();
        await a.Engine.Home.Readers.Run(reader =>
        {
            reader.ReadDue(_time.Now + TimeSpan.FromDays(3), null, 1_000, rows);
            return 0;
        });
        rows.Count.ShouldBe(Customers);
        rows.ShouldAllBe(row => row.Due.At > _time.Now.UnixMilliseconds && row.Due.Playbook == 1);
    }

    private static void Save(SteppedHome home)
    {
        while (home.Engine.Checkpointer.Round() > 0)
        {
        }
    }

    private SteppedHome Open(SharedDatabase database) =>
        new(database, options => options with { Time = _time, Playbook = WaitingShop.Source });

    private static Task<TurnAnswer.Answered> Fill(SteppedHome home, int customer)
    {
        var request = Requests.Interaction($"c{customer}", "i", "product_added", properties: Properties.Of(("cart_id", "cart")));
        return home.Take(request);
    }
}
