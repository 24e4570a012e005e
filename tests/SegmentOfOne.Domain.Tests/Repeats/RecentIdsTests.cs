using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain.Tests.Repeats;

public sealed class RecentIdsTests
{
    private static readonly UInt128 Key = new(3, 4);

    [Fact]
    public void Recent_ids_are_known_with_their_turn_and_older_ones_are_never_called_new()
    {
        var ids = new RecentIds();
        for (var version = 1; version <= 3000; version++)
        {
            ids.Add(new SeenId(Hash(version), version));
            ids.AnsweredAt(Hash(version)).ShouldBe(version);
        }

        for (var version = 1; version <= 3000; version++)
        {
            ids.AnsweredAt(Hash(version)).ShouldBe(version > 3000 - Limits.RecentIds ? version : null);
        }
    }

    [Fact]
    public void Ids_that_leave_are_reported_once_in_order_with_their_turn()
    {
        var ids = new RecentIds();
        for (var version = 1; version <= Limits.RecentIds + 5; version++)
        {
            ids.Add(new SeenId(Hash(version), version));
        }

        ids.Left.ToArray().ShouldBe([.. Enumerable.Range(1, 5).Select(version => new SeenId(Hash(version), version))]);
        ids.ForgetLeft();
        ids.Left.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(50, 0.03)]
    [InlineData(400, 0.06)]
    [InlineData(3264, 0.09)]
    public void A_filter_calls_few_new_ids_perhaps_old(int added, double most)
    {
        var filter = Filled(added);
        var wrong = Enumerable.Range(1_000_000, 20_000).Count(id => filter.MayHave(Hash(id)));
        (wrong / 20_000.0).ShouldBeLessThan(most);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(51, 1)]
    [InlineData(52, 2)]
    [InlineData(103, 4)]
    [InlineData(205, 8)]
    [InlineData(3264, 64)]
    public void A_filter_grows_by_layers_of_blocks(int added, int blocks)
    {
        Filled(added).Words.Length.ShouldBe(blocks * IdBlock.Words);
        IdFilter.WordsFor(added).ShouldBe(blocks * IdBlock.Words);
    }

    [Fact]
    public void A_filter_at_its_bound_lets_go_of_its_blocks_and_says_perhaps_to_everything()
    {
        var filter = Filled(Limits.FilterBlocks * IdFilter.IdsPerBlock + 1);
        filter.IsFull.ShouldBeTrue();
        filter.Words.Length.ShouldBe(0);
        filter.MayHave(Hash(-1)).ShouldBeTrue();
    }

    private static IdFilter Filled(int count)
    {
        var filter = new IdFilter();
        for (var id = 0; id < count; id++)
        {
            filter.Add(Hash(id));
        }

        for (var id = 0; id < count; id++)
        {
            filter.MayHave(Hash(id)).ShouldBeTrue();
        }

        return filter;
    }

    private static ulong Hash(int id) => StableHash.Of(Key, BitConverter.GetBytes(id));
}
