using SegmentOfOne.Benchmarks.Driver;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

public sealed class MessagePoolTests
{
    private static readonly SimulationPlan Plan = new(100, 1_000, Seed: 3, DateTimeOffset.UnixEpoch.AddYears(50), TimeSpan.FromDays(9), AskedShare: 0.5);

    [Fact]
    public void Every_copy_is_a_request_with_an_id_and_a_time_of_its_own_and_otherwise_as_invented()
    {
        var pool = MessagePool.OfPopulation(Plan);
        List<InteractRequest> copies = [.. Enumerable.Range(0, 3_000).Select(i => Copy(pool, 1_700_000_000 + i))];
        copies.Select(copy => copy.InteractionId).Distinct().Count().ShouldBe(3_000);
        copies.ShouldAllBe(copy => copy.InteractionId.Length == 16);
        copies.Select(copy => copy.OccurredAt.Seconds).ShouldBe(Enumerable.Range(0, 3_000).Select(i => 1_700_000_000L + i));

        List<InteractRequest> invented = [.. new Population(Plan).Interactions()];
        copies.Take(1_000).Select(Nameless).Order().ShouldBe(invented.Select(Nameless).Order());
        pool.Count.ShouldBe(1_000);
        pool.ShareAsking.ShouldBe(invented.Count(request => request.Placements.Count > 0) / 1_000.0);
    }

    [Fact]
    public void Where_each_asks_the_messages_are_those_invented_with_one_placement_and_no_visit_is_in_flight_at_once()
    {
        var plan = Plan with { Customers = 50_000, Interactions = 50_000 };
        var pool = MessagePool.Asking(plan, "offer");
        List<InteractRequest> copies = [.. Enumerable.Range(0, 50_000).Select(_ => Copy(pool, 1_700_000_000))];
        copies.All(copy => copy.Placements.Count == 1 && copy.Placements[0] == "offer").ShouldBeTrue();
        copies.Select(Unasked).Order().SequenceEqual(new Population(plan).Interactions().Select(Unasked).Order()).ShouldBeTrue();

        // As they were invented, a visit's interactions are near each other; what is left is that some customers come often.
        Again(copies).ShouldBeLessThan(Again([.. new Population(plan).Interactions()]) / 3);

        static int Again(List<InteractRequest> requests) => requests.Chunk(1_000).Sum(some => some.Length - some.DistinctBy(request => request.Customer.Value).Count());
    }

    [Fact]
    public void Each_customer_has_one_message()
    {
        var pool = MessagePool.OfEachCustomer(seed: 3, first: 10, count: 50);
        string[] customers = [.. Enumerable.Range(0, 50).Select(_ => Copy(pool, 1_700_000_000).Customer.Value).Order()];
        customers.ShouldBe(Enumerable.Range(10, 50).Select(number => $"sim-3-{number}").Order());
    }

    private static InteractRequest Copy(MessagePool pool, long seconds)
    {
        var bytes = new byte[pool.Longest];
        var length = pool.CopyNext(bytes, seconds);
        return InteractRequest.Parser.ParseFrom(bytes, 0, length);
    }

    private static string Unasked(InteractRequest request)
    {
        var bare = request.Clone();
        bare.Placements.Clear();
        return Nameless(bare);
    }

    private static string Nameless(InteractRequest request)
    {
        var bare = request.Clone();
        bare.InteractionId = "";
        bare.OccurredAt = null;
        return bare.ToString();
    }
}
