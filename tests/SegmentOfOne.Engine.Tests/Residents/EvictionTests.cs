using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Residents;

public sealed class EvictionTests
{
    [Fact]
    public async Task Idle_customers_leave_memory_and_come_back_on_touch()
    {
        using var host = new SteppedEngine();
        for (var i = 0; i < 30; i++)
        {
            await host.Turn(Requests.Interaction($"c{i}", "1"));
        }

        host.Save();
        host.Time.Advance(host.Engine.Home.Options.IdleAfter / 2);
        await host.Turn(Requests.Interaction("c7", "2"));
        host.Save();
        host.Time.Advance(host.Engine.Home.Options.IdleAfter / 2);
        Sweep(host).ShouldBe(29);
        (host.Engine.Home.Residents.Count, host.Engine.Home.Residents.Slabs.UsedBytes > 0).ShouldBe((1, true));
        for (var i = 0; i < 30; i++)
        {
            (await host.Engine.Get(Requests.User($"c{i}"), null, default))!.State.Version.ShouldBe(i == 7 ? 2 : 1);
            (await host.Turn(Requests.Interaction($"c{i}", "3"))).Reply.Version.ShouldBe(i == 7 ? 3 : 2);
        }

        host.Engine.Home.Residents.Count.ShouldBe(30);
    }

    [Fact]
    public async Task Customers_with_unsaved_turns_stay()
    {
        using var host = new SteppedEngine();
        await host.Turn(Requests.Interaction("a", "1"));
        host.Time.Advance(host.Engine.Home.Options.IdleAfter * 2);
        Sweep(host).ShouldBe(0);
        host.Save();
        Sweep(host).ShouldBe(1);
    }

    [Fact]
    public async Task When_memory_is_short_the_longest_untouched_leave_and_turns_go_on()
    {
        const int Customers = 40_000;
        using var folder = new TemporaryFolder();
        await using var engine = await EmbeddedEngine.Open(
            new EngineOptions { DataFolder = folder.Path, MemoryBudgetBytes = 2 << 20, CheckpointAfter = TimeSpan.FromMilliseconds(20) }, default);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var customer = Interlocked.Increment(ref next); customer < Customers; customer = Interlocked.Increment(ref next))
            {
                while (!await TryTurn(engine, $"c{customer}"))
                {
                }
            }
        })));

        var slabs = engine.Home.Residents.Slabs;
        slabs.ReservedBytes.ShouldBeLessThanOrEqualTo(slabs.BudgetBytes);
        engine.Home.Residents.Count.ShouldBeLessThan(Customers);
        for (var customer = 0; customer < Customers; customer += 1_000)
        {
            (await engine.Get(Requests.User($"c{customer}"), null, default))!.State.Version.ShouldBe(1);
        }
    }

    [Fact]
    public void States_that_move_to_other_slabs_keep_their_bytes()
    {
        using var index = new ResidentIndex(new Slabs(16 << 20), new IdMemory(1 << 20));
        var shard = index.Shard(0);
        var keys = Enumerable.Range(1, 6_000).Select(i => new CustomerKey((UInt128)i << 100)).ToList();
        foreach (var key in keys)
        {
            Put(ref shard.Add(key), State(key));
        }

        foreach (var key in keys.Where((_, i) => i % 8 != 0))
        {
            ref var resident = ref shard.Find(key);
            index.DropState(ref resident);
            shard.Remove(ref resident);
        }

        var before = index.Slabs.ReservedBytes;
        index.Slabs.DrainSparse().ShouldBeTrue();
        Eviction.Compact(index, shard);
        index.Slabs.ReservedBytes.ShouldBeLessThan(before / 2);
        foreach (var key in keys.Where((_, i) => i % 8 == 0))
        {
            index.Slabs[shard.Find(key).State].SequenceEqual(State(key)).ShouldBeTrue();
        }

        void Put(ref Resident resident, byte[] state)
        {
            index.TryReserveState(resident.State, state.Length, out var slot).ShouldBeTrue();
            index.PutState(ref resident, slot, state);
        }

        static byte[] State(CustomerKey key)
        {
            var bytes = new byte[400];
            new Random((int)(key.Value >> 100)).NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public async Task Too_many_unsaved_turns_are_refused_and_counted_until_a_checkpoint_makes_room()
    {
        using var host = new SteppedEngine(options => options with { MaxUnsavedBytes = 1_000 });
        var taken = 0;
        var refused = await Should.ThrowAsync<CustomersUnavailableException>(async () =>
        {
            for (;; taken++)
            {
                await host.Turn(Requests.Interaction("a", $"{taken}"));
            }
        });
        (refused.Reason, refused.RetryAfter > TimeSpan.Zero, taken > 3).ShouldBe((Unavailability.Overloaded, true, true));
        host.Engine.Home.Figures.Overloaded.ShouldBe(1);
        host.Save();
        (await host.Turn(Requests.Interaction("a", $"{taken}"))).Reply.Version.ShouldBe(taken + 1);
    }

    [Fact]
    public async Task Too_many_turns_that_wait_for_their_commit_are_refused_and_counted()
    {
        using var host = new SteppedEngine(options => options with { MaxPendingTurns = 5 });
        await host.Turn(Requests.Interaction("a", "0"));
        var taken = Enumerable.Range(1, 5).Select(i => host.Engine.Turn(Requests.Interaction("a", $"{i}"), default).AsTask()).ToArray();
        var refused = await Should.ThrowAsync<CustomersUnavailableException>(
            async () => await host.Engine.Turn(Requests.Interaction("a", "6"), default));
        refused.Reason.ShouldBe(Unavailability.Overloaded);
        (await host.Engine.Overview(default)).Process.Overloaded.ShouldBe(1);
        host.Commit();
        await Task.WhenAll(taken);
        (await host.Turn(Requests.Interaction("a", "6"))).Reply.Version.ShouldBe(7);
    }

    private static int Sweep(SteppedEngine host) => Enumerable.Range(0, 32).Sum(_ => host.Engine.Eviction.Sweep());

    private static async Task<bool> TryTurn(EmbeddedEngine engine, string customer)
    {
        try
        {
            await engine.Turn(Requests.Interaction(customer, "1"), default);
            return true;
        }
        catch (CustomersUnavailableException e)
        {
            e.Reason.ShouldBe(Unavailability.Overloaded);
            await Task.Delay(e.RetryAfter);
            return false;
        }
    }
}
