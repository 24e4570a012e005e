using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Tests.Hosting;
using Xunit.Abstractions;

namespace SegmentOfOne.Engine.Tests.Erasures;

public sealed class ErasurePropertyTests(ITestOutputHelper output)
{
    private const int Customers = 40;

    private static readonly string[] Types =
        ["page_viewed", MessageShop.ForGood, MessageShop.ForBad, MessageShop.Hello, "order_completed", "complaint_made", "consent_given", MessageShop.Silence, "never_heard_of"];

    /// <summary>Erased, a customer is nothing, whatever it did; everybody else is as before, bit for bit, also after a restart.</summary>
    [Fact]
    public async Task Whatever_customers_did_those_erased_are_nothing_and_the_others_are_as_before()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder(inMemory: true);
        var options = new EngineOptions { DataFolder = folder.Path, Playbook = MessageShop.Source, CheckpointAfter = TimeSpan.FromMilliseconds(30) };
        var erased = new HashSet<int>();
        var kept = new Dictionary<int, byte[]>();
        await using (var engine = await EmbeddedEngine.Open(options, default))
        {
            for (var turn = 0; turn < 2_000; turn++)
            {
                var customer = random.Next(Customers);
                var answer = await engine.Turn(
                    Requests.Interaction(
                        $"c{customer}", $"{random.Next(1_500)}", Types[random.Next(Types.Length)],
                        properties: Properties.Of(("product_id", $"{random.Next(20)}"), ("order_id", $"{turn}"), ("total", "12.50"), ("channel", "email"))),
                    default);
                (answer is TurnAnswer.Refused { Refusal.Code: RefusalCode.CustomerErased }).ShouldBe(erased.Contains(customer));
                if (random.Next(100) == 0 && erased.Count < Customers / 2)
                {
                    var victim = random.Next(Customers);
                    var knew = await engine.Get(Requests.User($"c{victim}"), null, default) is not null || erased.Contains(victim);
                    (await engine.Erase(Requests.User($"c{victim}"), ErasureReason.Request, "ida", default) is not null).ShouldBe(knew);
                    if (knew)
                    {
                        erased.Add(victim);
                    }
                }
            }

            foreach (var customer in Enumerable.Range(0, Customers).Except(erased))
            {
                await Histories.Check(engine, Requests.User($"c{customer}"));
                kept.Add(customer, StateFormat.ToBytes((await engine.Get(Requests.User($"c{customer}"), null, default)).ShouldNotBeNull().State));
            }
        }

        output.WriteLine($"{erased.Count} erased");
        erased.ShouldNotBeEmpty();
        await using var again = await EmbeddedEngine.Open(options, default);
        foreach (var customer in erased)
        {
            await ErasureTests.ShouldBeGone(again, Requests.User($"c{customer}"));
        }

        foreach (var (customer, bytes) in kept)
        {
            StateFormat.ToBytes((await again.Get(Requests.User($"c{customer}"), null, default)).ShouldNotBeNull().State).ShouldBe(bytes);
        }

        await again.Drain(default);
        var overview = await again.Overview(default);
        overview.Stages.Sum(stage => stage.Occupancy).ShouldBe(overview.Customers);
        overview.Stages.Single(stage => stage.Stage == Stage.Erased).Occupancy.ShouldBe(erased.Count);
        foreach (var segment in overview.Segments)
        {
            (segment.Entered - segment.Left).ShouldBeInRange(0, kept.Count);
        }

        // Who is inside by the sums is who is inside by those that are left.
        var journeys = await again.Journeys(default);
        journeys.Journeys.ShouldNotBeEmpty();
        var inside = 0;
        foreach (var customer in kept.Keys)
        {
            inside += (await again.Get(Requests.User($"c{customer}"), null, default)).ShouldNotBeNull().State.Journeys.Runs.Length;
        }

        journeys.Journeys.Sum(journey => journey.Inside).ShouldBe(inside);
    }
}
