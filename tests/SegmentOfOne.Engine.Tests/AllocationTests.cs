using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Tests.Hosting;
using SegmentOfOne.Engine.Tests.Simulation;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests;

public sealed class AllocationTests(ITestOutputHelper output)
{
    /// <summary>Of the 2 KB that a whole turn through a gateway may allocate, the engine and the domain take their part.</summary>
    private const int Budget = 1_200;

    [Fact]
    public void A_turn_of_a_resident_customer_stays_within_its_budget_of_bytes()
    {
        const int Rounds = 6, Turns = 1_000, Customers = 100;

        // The runner's own context would be posted to, and paid for, with every await.
        SynchronizationContext.SetSynchronizationContext(null);
        using var host = new SteppedEngine();
        var random = new Random(1);
        var requests = Enumerable.Range(0, Rounds * Turns).Select(i => Requests.Interaction(
            $"c{i % Customers}", $"{i}", Shop.Types[random.Next(Shop.Types.Length)], properties: Shop.Properties(random))).ToArray();

        // Code that isn't optimised yet boxes what later costs nothing, and when it is optimised depends on the machine: the cheapest round counts.
        var each = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Take(host, requests.AsSpan(round * Turns, Turns));
            each = Math.Min(each, (GC.GetAllocatedBytesForCurrentThread() - before) / Turns);
        }

        output.WriteLine($"{each} bytes a turn");
        each.ShouldBeLessThan(Budget);
    }

    private static void Take(SteppedEngine host, ReadOnlySpan<TurnRequest> requests)
    {
        const int Together = 50;
        var answers = new Task<TurnAnswer>[Together];
        for (; !requests.IsEmpty; requests = requests[Together..])
        {
            for (var i = 0; i < Together; i++)
            {
                answers[i] = host.Engine.Turn(requests[i], default).AsTask();
            }

            host.Commit();
            for (var i = 0; i < Together; i++)
            {
                answers[i].GetAwaiter().GetResult().ShouldBeOfType<TurnAnswer.Answered>();
            }
        }
    }
}
