using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Tests.Identities;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>Reads whole stories, and checks what must hold of each.</summary>
internal static class Histories
{
    /// <summary>All turns of a customer, the oldest first; none when there is no such customer.</summary>
    public static async Task<List<Turn>> Read(ICustomers customers, Identifier customer)
    {
        var turns = new List<Turn>();
        for (long? after = 0; after is not null;)
        {
            var page = await customers.Turns(customer, false, after, TurnPage.MaxLimit, default);
            turns.AddRange(page?.Turns ?? []);
            after = page?.Next;
        }

        return turns;
    }

    /// <summary>Turns are numbered without gaps, no id is there twice, and their fold is the live state, bit for bit.</summary>
    public static async Task<List<Turn>> Check(ICustomers customers, Identifier customer)
    {
        var view = await customers.Get(customer, null, default);
        var turns = await Read(customers, customer);
        Check(view, turns);
        return turns;
    }

    /// <param name="view">The live customer when at least the first of the turns had happened.</param>
    public static void Check(CustomerView? view, List<Turn> turns)
    {
        turns.Select(turn => turn.Version).ShouldBe(Enumerable.Range(1, turns.Count).Select(version => (long)version));
        turns.Where(turn => !turn.IsOfTime).Select(turn => turn.Id).ShouldBeUnique();
        if (view is null)
        {
            turns.ShouldBeEmpty();
            return;
        }

        turns.Count.ShouldBeGreaterThanOrEqualTo((int)view.State.Version);
        var replayed = new CustomerState(view.Key);
        foreach (var turn in turns.Take((int)view.State.Version))
        {
            Customer.Evolve(replayed, turn);
        }

        BytesOf(replayed).ShouldBe(BytesOf(view.State));
    }

    /// <summary>The fold of each customer's own turns is what is known of it itself, bit for bit, also where another answers for it.</summary>
    public static async Task ShouldReplay(EmbeddedEngine engine, params Identifier[] customers)
    {
        foreach (var customer in customers)
        {
            var key = engine.KeyOf(customer).ShouldNotBeNull();
            var own = (await engine.Home.Customer(key).Own(default)).ShouldNotBeNull();
            var replayed = new CustomerState(key);
            for (long? after = 0; after is not null;)
            {
                var page = (await engine.TurnsOf(key, newestFirst: false, after, TurnPage.MaxLimit, default)).ShouldNotBeNull();
                foreach (var turn in page.Turns)
                {
                    Customer.Evolve(replayed, turn);
                }

                after = page.Next;
            }

            Plain.ShouldBeSame(replayed, own);
            BytesOf(replayed).ShouldBe(BytesOf(own), customer.ToString());
        }
    }

    /// <summary>Ends when the store has every turn that the journal has.</summary>
    public static async Task Saved(EmbeddedEngine engine)
    {
        while ((await engine.Overview(default)).Process is { UnsavedTurns: > 0 })
        {
            await Task.Delay(20);
        }
    }

    public static byte[] BytesOf(CustomerState state) => StateFormat.ToBytes(state);
}
