using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Erasures;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Stories;

/// <summary>Invariant 3 of the design for a customer with more ids than the filter in its state holds: what the store has of them is known in memory.</summary>
public sealed class ManyIdsTests
{
    /// <summary>So many that the filter is let go with some to spare.</summary>
    private const int Many = Limits.RecentIds + (Limits.FilterBlocks * 51) + 100;

    [Theory]
    [InlineData("unsaved")]
    [InlineData("saved")]
    [InlineData("evicted")]
    [InlineData("restarted")]
    [InlineData("undone")]
    [InlineData("not kept", 1_000)]
    public async Task A_repeat_of_any_age_gets_its_first_reply_also_of_a_customer_with_many(string then, long budget = 1 << 20)
    {
        using var host = new SteppedEngine(options => options with { MaxIdBytes = budget });
        var replies = await Take(host, "a", 0, Many);
        host.Save();
        await Take(host, "a", Many, 1);

        // Its ids are kept by now; some leave the recent ones after that, and are saved or not.
        replies.AddRange(await Take(host, "a", Many, 200));
        host.Save();
        replies.AddRange(await Take(host, "a", Many + 200, 200));
        (host.Ids.Bytes > 0).ShouldBe(then != "not kept");
        switch (then)
        {
            case "saved":
                host.Save();
                break;
            case "evicted":
                host.EvictAll();
                host.Ids.Bytes.ShouldBe(0);
                break;
            case "restarted":
                host.Crash();
                break;
            case "undone":
                host.Storage.LimitPages(1);
                var text = Properties.Of(("text", new string('x', 4_000)));
                var lost = Enumerable.Range(0, 500).Select(i => host.Engine.Turn(Interaction("a", $"lost {i}") with { Properties = text }, default).AsTask()).ToArray();
                host.Commit();
                foreach (var turn in lost)
                {
                    await Should.ThrowAsync<CustomersUnavailableException>(turn);
                }

                host.Storage.LimitPages(1_000_000);
                host.Ids.Bytes.ShouldBe(0);
                (await host.Turn(Interaction("a", "lost 0"))).Duplicate.ShouldBeFalse();
                break;
        }

        for (var i = 0; i < replies.Count; i += 37)
        {
            var again = await host.Turn(Interaction("a", $"{i}") with { Type = "liked", Channel = "store" });
            again.Duplicate.ShouldBeTrue();
            again.Reply.ShouldBe(replies[i]);
            var other = await host.Turn(Interaction("a", $"other {i}"));
            other.Duplicate.ShouldBeFalse();
            (await host.Turn(Interaction("a", $"other {i}"))).Reply.ShouldBe(other.Reply);
        }

        await Histories.Check(host.Engine, Requests.User("a"));
    }

    [Theory]
    [InlineData(1 << 20, 180, 200)]
    [InlineData(0, 0, 0)]
    public async Task A_new_id_of_a_customer_with_many_has_its_place_at_once_where_the_budget_has_room(long budget, int least, int most)
    {
        using var host = new SteppedEngine(options => options with { MaxIdBytes = budget });
        await Take(host, "a", 0, Many);
        (await AtOnce("in memory")).ShouldBeInRange(least, most);
        host.EvictAll();
        await Take(host, "a", Many, 200);
        host.Save();
        (await AtOnce("again")).ShouldBeInRange(least, most);

        async Task<int> AtOnce(string ids)
        {
            var taken = 0;
            for (var i = 0; i < 200; i++)
            {
                var place = new TurnPlace();
                var turn = host.Engine.Turn(Interaction("a", $"{ids} {i}"), place, default).AsTask();
                host.Commit();
                (await turn).ShouldBeOfType<TurnAnswer.Answered>().Duplicate.ShouldBeFalse();
                taken += place.IsTaken ? 1 : 0;
            }

            return taken;
        }
    }

    [Fact]
    public async Task Of_two_customers_with_many_where_the_budget_has_room_for_one_no_repeat_is_missed_and_no_new_id_mistaken()
    {
        var budget = SavedIds.BytesFor(Many) * 3 / 2;
        using var host = new SteppedEngine(options => options with { MaxIdBytes = budget });
        foreach (var customer in new[] { "a", "b" })
        {
            await Take(host, customer, 0, Many);
        }

        host.Save();
        for (var i = 0; i < 60; i++)
        {
            foreach (var customer in new[] { "a", "b" })
            {
                (await host.Turn(Interaction(customer, $"new {i}"))).Duplicate.ShouldBeFalse();
                var again = await host.Turn(Interaction(customer, $"{i * 53}"));
                (again.Duplicate, again.Reply.Version).ShouldBe((true, (i * 53) + 1));
                host.Ids.Bytes.ShouldBeInRange(1, budget);
            }
        }
    }

    [Fact]
    public async Task Of_an_erased_customer_with_many_no_id_is_kept()
    {
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = folder.Path }, default);
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => engine.Turn(Interaction("a", $"{i}"), default).AsTask()));
        await Histories.Saved(engine);
        for (var i = 0; engine.Home.Residents.Ids.Bytes == 0; i++)
        {
            await engine.Turn(Interaction("a", $"more {i}"), default);
        }

        (await engine.Erase(Requests.User("a"), ErasureReason.Request, "ida", default)).ShouldNotBeNull();
        engine.Home.Residents.Ids.Bytes.ShouldBe(0);
    }

    /// <summary>Takes turns many at once; their replies.</summary>
    private static async Task<List<TurnReply>> Take(SteppedEngine host, string customer, int first, int count)
    {
        var replies = new List<TurnReply>();
        foreach (var some in Enumerable.Range(first, count).Chunk(500))
        {
            var turns = some.Select(i => host.Engine.Turn(Interaction(customer, $"{i}"), default).AsTask()).ToArray();
            host.Commit();
            var all = Task.WhenAll(turns);
            await host.Commit(all);
            replies.AddRange((await all).Select(answer => answer.ShouldBeOfType<TurnAnswer.Answered>().Reply));
        }

        return replies;
    }

    private static TurnRequest Interaction(string customer, string id) => Requests.Interaction(customer, id);
}
