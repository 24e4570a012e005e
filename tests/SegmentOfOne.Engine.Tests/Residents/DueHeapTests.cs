using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Tests.Residents;

public sealed class DueHeapTests
{
    [Fact]
    public void Customers_come_out_of_a_shard_when_they_are_due_however_often_that_changed_and_whoever_left_meanwhile()
    {
        const int Seeds = 10;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            using var shard = new Shard();
            var model = new Dictionary<CustomerKey, long>();
            var now = 0L;
            for (var step = 0; step < 2_000; step++)
            {
                var key = new CustomerKey(new UInt128(0, (ulong)random.Next(60) * 0x9E37_79B9_7F4A_7C15));
                switch (random.Next(8))
                {
                    case < 5:
                        ref var row = ref shard.Find(key);
                        row = ref Unsafe.IsNullRef(ref row) ? ref shard.Add(key) : ref row;
                        var due = random.Next(4) == 0 ? Resident.Never : now + random.Next(-5, 50);
                        shard.SetDue(ref row, due);
                        model[key] = due;
                        break;
                    case 5:
                        ref var leaving = ref shard.Find(key);
                        if (!Unsafe.IsNullRef(ref leaving))
                        {
                            shard.Remove(ref leaving);
                            model.Remove(key);
                        }

                        break;
                    default:
                        now += random.Next(20);
                        var earliest = model.Values.Append(Resident.Never).Min();
                        shard.EarliestDue.ShouldBeLessThanOrEqualTo(earliest, $"seed {seed}");
                        var before = long.MinValue;
                        while (shard.TryTakeDue(now, out var taken))
                        {
                            model[taken].ShouldBeInRange(before, now, $"seed {seed}");
                            before = model[taken];
                            model[taken] = Resident.Never;
                            shard.Find(taken).Due.ShouldBe(Resident.Never);
                        }

                        model.Values.ShouldAllBe(left => left > now, $"seed {seed}");
                        break;
                }
            }
        }
    }

    [Fact]
    public void A_heap_takes_no_more_than_forty_bytes_a_due_time_and_nothing_once_they_left()
    {
        const int Customers = 100_000;
        using var shard = new Shard();
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0UL; i < Customers; i++)
            {
                var key = new CustomerKey(new UInt128(0, i * 0x9E37_79B9_7F4A_7C15));
                ref var row = ref shard.Find(key);
                row = ref Unsafe.IsNullRef(ref row) ? ref shard.Add(key) : ref row;
                shard.SetDue(ref row, (long)((i * 7919 + (ulong)round * 104_729) % 1_000_003));
            }

            (shard.DueBytes / (double)Customers).ShouldBeLessThan(40 - sizeof(long));
        }

        for (var i = 0UL; i < Customers; i++)
        {
            shard.Remove(ref shard.Find(new CustomerKey(new UInt128(0, i * 0x9E37_79B9_7F4A_7C15))));
        }

        shard.DueBytes.ShouldBeLessThan(1_024);
        shard.EarliestDue.ShouldBe(Resident.Never);
    }
}
