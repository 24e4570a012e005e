using System.Runtime.CompilerServices;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Residents;

namespace SegmentOfOne.Engine.Tests.Residents;

public sealed class ShardTests
{
    [Fact]
    public void It_finds_what_a_dictionary_finds()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            using var shard = new Shard();
            var model = new Dictionary<CustomerKey, long>();

            // Few homes, so that rows push each other along and around the end of the table.
            var keys = Enumerable.Range(0, 200).Select(i => new CustomerKey(new UInt128((ulong)i, ulong.MaxValue / (ulong)random.Next(1, 12)))).ToArray();
            for (var step = 0; step < 4_000; step++)
            {
                var key = keys[random.Next(step % 1_000 < 700 ? keys.Length : 20)];
                ref var row = ref shard.Find(key);
                Unsafe.IsNullRef(ref row).ShouldBe(!model.ContainsKey(key), $"seed {seed}");
                if (Unsafe.IsNullRef(ref row))
                {
                    shard.Add(key).Version = step;
                    model.Add(key, step);
                }
                else
                {
                    row.Version.ShouldBe(model[key]);
                    shard.Remove(ref row);
                    model.Remove(key);
                }
            }

            shard.Count.ShouldBe(model.Count);
            foreach (var (key, version) in model)
            {
                shard.Find(key).Version.ShouldBe(version);
            }
        }
    }
}
