using FsCheck;
using FsCheck.Fluent;

namespace SegmentOfOne.Domain.Tests.Activity;

public sealed class ActivityTests
{
    private static readonly Gen<InteractionObserved> Interactions =
        from type in Gen.Frequency((6, Gen.Constant(0)), (4, Gen.Choose(1, 3)))
        from channel in Gen.Choose(0, 2)
        from hour in Gen.Choose(0, 24 * 60)
        from evidence in Gen.Choose(0, 7)
        from item in Gen.Choose(0, 90)
        select Observed($"type{type}", Time.Hour(hour), $"channel{channel}", (Evidence)evidence, item);

    [Fact]
    public void Windows_counts_and_items_are_what_a_plain_list_says_in_whatever_order_it_is_told()
    {
        Property.Holds(Gen.ListOf(Interactions, 200), list =>
        {
            var customer = Told(list);
            foreach (var since in new[] { Time.Hour(0), Time.Hour(500), Time.Hour(1200), Time.Hour(1440) })
            {
                foreach (var type in new[] { "type0", "type1", "type2", "type3", "type4" })
                {
                    customer.Count(type, since).ShouldBe(Math.Min(
                        list.Count(each => each.Type == type && each.OccurredAt > since), Limits.RecentOccurrences));
                    customer.Count(type, Instant.Min).ShouldBe(list.Count(each => each.Type == type));
                    customer.First(type).ShouldBe(list.Where(each => each.Type == type).Select(each => (Instant?)each.OccurredAt).Min());
                    customer.Last(type).ShouldBe(list.Where(each => each.Type == type).Select(each => (Instant?)each.OccurredAt).Max());
                }

                var touched = list.GroupBy(each => each.Properties[0].Value.Number).Count(item => item.Any(each => each.OccurredAt > since));
                customer.DistinctItems(since).ShouldBe(Math.Min(touched, Limits.RecentItems));
            }

            foreach (var one in new[] { Evidence.Item, Evidence.Search, Evidence.Cart })
            {
                var given = list.Where(each => (each.Evidence & one) != 0).Select(each => (Instant?)each.OccurredAt).ToList();
                customer.EvidenceCount(one).ShouldBe(given.Count);
                customer.EvidenceFirst(one).ShouldBe(given.Min());
                customer.EvidenceLast(one).ShouldBe(given.Max());
            }

            foreach (var channel in customer.Activity.Channels)
            {
                channel.Count.ShouldBe(list.Count(each => each.Channel == channel.Channel));
                channel.Last.ShouldBe(list.Where(each => each.Channel == channel.Channel).Max(each => each.OccurredAt));
            }

            customer.FirstSeen.ShouldBe(list.Min(each => each.OccurredAt));
            customer.LastSeen.ShouldBe(list.Max(each => each.OccurredAt));
        }, times: 100);
    }

    [Fact]
    public void A_window_is_open_at_its_beginning()
    {
        var customer = Told([Observed("looked", Time.Day(0)), Observed("looked", Time.Day(30))]);
        customer.Count("looked", Time.Day(30) - TimeSpan.FromDays(30)).ShouldBe(1);
        customer.Count("looked", Time.Day(30) - TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1)).ShouldBe(2);
    }

    [Fact]
    public void Types_beyond_the_bound_are_counted_together()
    {
        var customer = Told([.. Enumerable.Range(0, 70).Select(i => Observed($"type{i}", Time.Hour(i)))]);
        customer.Activity.Types.Length.ShouldBe(Limits.ActivityTypes + 1);
        customer.Count("type63", Instant.Min).ShouldBe(1);
        customer.Count("type64", Instant.Min).ShouldBe(0);
        customer.Count("", Instant.Min).ShouldBe(6);
        customer.Activity.Interactions.Count.ShouldBe(70);
    }

    [Fact]
    public void Channels_beyond_the_bound_are_counted_together()
    {
        var customer = Told([.. Enumerable.Range(0, 20).Select(i => Observed("looked", Time.Hour(i), $"channel{i}"))]);
        customer.Activity.Channels.Length.ShouldBe(Limits.Channels + 1);
        customer.Activity.Channels[^1].ShouldBe(new("", 4, Time.Hour(19)));
    }

    [Theory]
    [InlineData(new[] { 0 }, null)]
    [InlineData(new[] { 0, 0, 0 }, null)]
    [InlineData(new[] { 0, 7 }, 7.0)]
    [InlineData(new[] { 0, 7, 8, 18 }, 7.0)]
    [InlineData(new[] { 0, 7, 17 }, 8.5)]
    [InlineData(new[] { 17, 0, 7, 0 }, 8.5)]
    public void The_median_gap_is_that_of_neighbouring_active_days(int[] days, double? gap)
    {
        var customer = Told([.. days.Select(day => Observed("looked", Time.Day(day)))]);
        customer.Journey.MedianGap.ShouldBe(gap is { } value ? TimeSpan.FromDays(value) : null);
    }

    [Fact]
    public void The_median_gap_looks_at_the_latest_active_days_only()
    {
        // Thirty days apart at first, then every second day.
        var days = Enumerable.Range(0, 20).Select(i => 30 * i).Concat(Enumerable.Range(1, 31).Select(i => 570 + 2 * i)).ToList();
        days.Reverse();
        var customer = Told([.. days.Select(day => Observed("looked", Time.Day(day)))]);
        customer.Journey.ActiveDays.Length.ShouldBe(Limits.ActiveDays);
        customer.Journey.MedianGap.ShouldBe(TimeSpan.FromDays(2));
    }

    [Fact]
    public void A_window_of_active_days_is_today_and_the_days_before()
    {
        var customer = Told([Observed("looked", Time.Day(0)), Observed("looked", Time.Day(3)), Observed("looked", Time.Day(7))]);
        customer.ActiveDays(Time.Day(7) - TimeSpan.FromDays(7)).ShouldBe(2);
        customer.ActiveDays(Time.Day(7) - TimeSpan.FromDays(8)).ShouldBe(3);
    }

    private static CustomerState Told(IEnumerable<InteractionObserved> interactions)
    {
        var customer = new CustomerState(new CustomerKey(1));
        Customer.Evolve(customer, new Turn(1, Time.Start, 1, [new CustomerMet(new Identifier("user_id", "1"), Time.Start)]));
        foreach (var interaction in interactions)
        {
            Customer.Evolve(customer, new Turn(customer.Version + 1, Time.Start, 1, [interaction]));
        }

        return customer;
    }

    private static InteractionObserved Observed(
        string type, Instant at, string channel = "web", Evidence evidence = Evidence.None, int item = 0) =>
        new("", type, channel, at, Properties.Of(("product_id", item)), true, evidence, "product_id");
}
