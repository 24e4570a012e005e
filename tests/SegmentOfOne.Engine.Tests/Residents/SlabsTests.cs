using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Tests.Residents;

public sealed class SlabsTests
{
    [Fact]
    public void A_slot_wastes_less_than_a_ninth_of_itself()
    {
        for (var bytes = SizeClasses.Smallest; bytes <= SizeClasses.Largest; bytes = (bytes * 101 / 100) + 1)
        {
            var slot = SizeClasses.Bytes(SizeClasses.Of(bytes));
            slot.ShouldBeGreaterThanOrEqualTo(bytes);
            ((double)(slot - bytes)).ShouldBeLessThan(slot / 9.0, $"{bytes} bytes in a slot of {slot}");
        }
    }

    [Fact]
    public void Each_slot_keeps_its_bytes_whatever_is_taken_and_freed_around_it()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            using var slabs = new Slabs(16 << 20);
            var held = new List<(uint Slot, byte[] Bytes)>();
            for (var step = 0; step < 5_000; step++)
            {
                if (held.Count == 0 || random.Next(5) < 3)
                {
                    var bytes = new byte[random.Next(10) == 0 ? random.Next(40_000) : random.Next(700)];
                    random.NextBytes(bytes);
                    if (slabs.TryAllocate(bytes.Length, out var slot))
                    {
                        slabs.Fill(slot, bytes);
                        held.Add((slot, bytes));
                    }
                }
                else
                {
                    var at = random.Next(held.Count);
                    var (slot, bytes) = held[at];
                    slabs[slot].SequenceEqual(bytes).ShouldBeTrue($"seed {seed}");
                    slabs.Free(slot);
                    held.RemoveAt(at);
                }

                if (step % 500 == 0)
                {
                    slabs.DrainSparse();
                }

                slabs.ReservedBytes.ShouldBeLessThanOrEqualTo(slabs.BudgetBytes);
            }

            held.ForEach(each => slabs[each.Slot].SequenceEqual(each.Bytes).ShouldBeTrue());
            held.Select(each => each.Slot).ShouldBeUnique();
        }
    }

    [Fact]
    public void Memory_goes_no_further_than_the_budget_and_comes_back()
    {
        using var slabs = new Slabs(1 << 20);
        var slots = new List<uint>();
        while (slabs.TryAllocate(500, out var slot))
        {
            slots.Add(slot);
        }

        slabs.ReservedBytes.ShouldBeLessThanOrEqualTo(1 << 20);
        slots.Count.ShouldBeGreaterThan((1 << 20) * 3 / 4 / 500);
        slots.ForEach(slabs.Free);
        slabs.UsedBytes.ShouldBe(0);
        slabs.ReservedBytes.ShouldBe(Slabs.SlabBytes);
        slabs.TryAllocate(100_000, out _).ShouldBeTrue();
    }

    [Fact]
    public void A_slab_that_is_mostly_holes_can_be_emptied_into_others()
    {
        using var slabs = new Slabs(16 << 20);
        var slots = new List<uint>();
        for (var i = 0; i < 10_000; i++)
        {
            slabs.TryAllocate(200, out var slot).ShouldBeTrue();
            slots.Add(slot);
        }

        var kept = slots.Where((slot, i) => i % 10 == 0).ToList();
        slots.Except(kept).ToList().ForEach(slabs.Free);
        var before = slabs.ReservedBytes;
        slabs.DrainSparse().ShouldBeTrue();
        foreach (var slot in kept.Where(slabs.IsDraining))
        {
            slabs.TryAllocate(200, out var other).ShouldBeTrue();
            slabs.IsDraining(other).ShouldBeFalse();
            slabs.Free(slot);
        }

        slabs.ReservedBytes.ShouldBeLessThan(before / 4);
    }

    [Fact]
    public void What_is_freed_goes_back_to_the_system()
    {
        const long Bytes = 512 << 20;
        using var slabs = new Slabs(Bytes);
        var slots = new List<uint>();
        while (slabs.TryAllocate(60_000, out var slot))
        {
            slabs[slot].Fill(1);
            slots.Add(slot);
        }

        var full = Environment.WorkingSet;
        slots.ForEach(slabs.Free);
        (full - Environment.WorkingSet).ShouldBeGreaterThan(Bytes / 2);
        slabs.TryAllocate(60_000, out var again).ShouldBeTrue();
        slabs[again].Fill(2);
    }
}
