using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Tests.Residents;

public sealed class IdMemoryTests
{
    private static readonly CustomerKey Kiosk = new(1);
    private readonly Random _random = new(20_261_129);

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(200_000)]
    public void No_id_that_was_added_is_new_and_nearly_every_other_is(int expected)
    {
        const int Count = 200_000;
        var memory = new IdMemory(64 << 20);
        var ids = memory.Begin(Kiosk, expected, 0).ShouldNotBeNull();
        var added = Hashes(Count);
        memory.Add(ids, added[..(Count / 2)], isAll: true).ShouldBeTrue();
        foreach (var hash in added[(Count / 2)..])
        {
            memory.Add(Kiosk, hash);
        }

        added.ShouldAllBe(hash => !memory.IsNew(Kiosk, hash));
        Hashes(Count).Count(hash => memory.IsNew(Kiosk, hash)).ShouldBeGreaterThan((int)(Count * 0.98));
        memory.Bytes.ShouldBeLessThan(Count * SavedIds.BytesPerId * 5L / 2);
    }

    [Fact]
    public void Nothing_is_new_before_all_was_read_and_what_came_meanwhile_is_kept()
    {
        var memory = new IdMemory(1 << 20);
        memory.IsNew(Kiosk, 7).ShouldBeFalse();
        var ids = memory.Begin(Kiosk, 10, 0).ShouldNotBeNull();
        memory.Begin(Kiosk, 10, 0).ShouldBeNull();
        memory.Add(Kiosk, 1);
        memory.Add(ids, [2], isAll: false).ShouldBeTrue();
        memory.IsNew(Kiosk, 7).ShouldBeFalse();
        memory.Add(ids, [3], isAll: true).ShouldBeTrue();
        memory.IsNew(Kiosk, 7).ShouldBeTrue();
        new ulong[] { 1, 2, 3 }.ShouldAllBe(hash => !memory.IsNew(Kiosk, hash));
    }

    [Fact]
    public void A_reading_that_began_before_the_ids_were_let_go_completes_nothing()
    {
        var memory = new IdMemory(1 << 20);
        var before = memory.Begin(Kiosk, 10, 0).ShouldNotBeNull();
        memory.Drop(Kiosk);
        memory.Bytes.ShouldBe(0);
        var after = memory.Begin(Kiosk, 10, 0).ShouldNotBeNull();
        memory.Add(before, [1], isAll: true).ShouldBeFalse();
        memory.Drop(before);
        memory.IsNew(Kiosk, 7).ShouldBeFalse();
        memory.Add(after, [1], isAll: true).ShouldBeTrue();
        memory.IsNew(Kiosk, 7).ShouldBeTrue();
    }

    [Fact]
    public void Beyond_the_budget_those_that_were_longest_not_asked_about_are_let_go()
    {
        var each = SavedIds.BytesFor(0);
        var memory = new IdMemory(3 * each);
        for (var customer = 1; customer <= 3; customer++)
        {
            memory.Add(memory.Begin(new CustomerKey((UInt128)customer), 0, 0).ShouldNotBeNull(), [], isAll: true).ShouldBeTrue();
        }

        memory.IsNew(Kiosk, 7).ShouldBeTrue();
        memory.Add(memory.Begin(new CustomerKey(4), 0, 0).ShouldNotBeNull(), [], isAll: true).ShouldBeTrue();
        memory.Bytes.ShouldBe(3 * each);
        Enumerable.Range(1, 4).Select(customer => memory.IsNew(new CustomerKey((UInt128)customer), 7)).ShouldBe([true, false, true, true]);

        // One that outgrows the budget outlives all others, and then isn't kept either.
        for (var i = 0; i < 3 * each; i++)
        {
            memory.Add(new CustomerKey(4), (ulong)i);
            memory.Bytes.ShouldBeLessThanOrEqualTo(3 * each);
        }

        memory.Bytes.ShouldBe(0);
        memory.Begin(new CustomerKey(4), 3 * each, 0).ShouldBeNull();
    }

    [Fact]
    public void One_id_in_as_many_as_the_reading_costs_begins_it()
    {
        const int Count = 1 << 20;
        var begun = 0;
        foreach (var hash in Hashes(100_000))
        {
            var memory = new IdMemory(64 << 20);
            begun += memory.Begin(Kiosk, Count, hash) is null ? 0 : 1;
        }

        begun.ShouldBeInRange(60, 140);
    }

    private List<ulong> Hashes(int count) => [.. Enumerable.Range(0, count).Select(_ => (ulong)_random.NextInt64(long.MinValue, long.MaxValue))];
}
