using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Clocks;

namespace SegmentOfOne.Engine.Tests.Clocks;

public sealed class KeySetTests
{
    [Fact]
    public void Each_comes_out_once_in_the_order_in_which_it_was_added()
    {
        var set = new KeySet();
        foreach (var number in new[] { 3, 1, 3, 2, 1 })
        {
            set.Add(new CustomerKey((UInt128)number));
        }

        (set.Count, set.Has(new CustomerKey(2)), set.Has(new CustomerKey(4))).ShouldBe((3, true, false));
        Take().ShouldBe([3, 1, 2]);
        (set.Count, set.Has(new CustomerKey(2))).ShouldBe((0, false));
        set.Add(new CustomerKey(1));
        Take().ShouldBe([1]);

        IEnumerable<int> Take()
        {
            while (set.TryTake(out var key))
            {
                yield return (int)key.Value;
            }
        }
    }
}
