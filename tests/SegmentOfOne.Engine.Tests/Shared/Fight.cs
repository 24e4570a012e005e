using System.Collections.Concurrent;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Shared;

/// <summary>Callers who send turns of the same customers through several homes on one database, and try again what was unavailable.</summary>
internal sealed class Fight(params EmbeddedEngine[] engines)
{
    public ConcurrentDictionary<(string Customer, string Id), TurnReply> Acknowledged { get; } = [];

    public int Unavailable;

    public async Task Run(int callers, int customers, int turns, int seed)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, caller));
            for (var turn = 0; turn < turns; turn++)
            {
                await Send($"c{random.Next(customers)}", $"{caller}-{turn}", random);
            }
        })));
    }

    /// <summary>Sends one interaction until some home answers, each time to any of them.</summary>
    public async Task Send(string customer, string id, Random random)
    {
        while (true)
        {
            try
            {
                var answer = await engines[random.Next(engines.Length)].Turn(Requests.Interaction(customer, id), default);
                var reply = answer.ShouldBeOfType<TurnAnswer.Answered>().Reply;
                Acknowledged.TryAdd((customer, id), reply).ShouldBeTrue();
                return;
            }
            catch (CustomersUnavailableException e)
            {
                Interlocked.Increment(ref Unavailable);
                await Task.Delay(e.RetryAfter);
            }
        }
    }

    /// <summary>Every interaction was acknowledged once, no version twice, and every story is what was acknowledged, as each home tells it.</summary>
    public async Task Check(int interactions)
    {
        Acknowledged.Count.ShouldBe(interactions);
        foreach (var customer in Acknowledged.GroupBy(one => one.Key.Customer))
        {
            customer.Select(one => one.Value.Version).Order().ShouldBe(Enumerable.Range(1, customer.Count()).Select(version => (long)version));
            foreach (var engine in engines)
            {
                engine.Home.TryKey(Requests.User(customer.Key), out var key);
                await engine.Home.Customer(key).Leave(default);
                var turns = await Histories.Check(engine, Requests.User(customer.Key));
                turns.Count.ShouldBe(customer.Count());
                foreach (var ((_, id), reply) in customer)
                {
                    turns[(int)reply.Version - 1].Id.ShouldBe(id);
                }
            }
        }
    }
}
