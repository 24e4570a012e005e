using SegmentOfOne.LoadTest.Shop;
using SegmentOfOne.V1;

namespace SegmentOfOne.LoadTest.Tests.Shop;

public sealed class ShopYearTests
{
    [Fact]
    public void Each_order_line_becomes_a_product_added_and_each_invoice_closes_after_its_last_line() =>
        Year(SmallShop.Lines).Turns.Select(Describe).ShouldBe([
            "7 100/1 ProductAdded 5.10 10:00",
            "7 100/2 ProductAdded 0.105 10:00",
            "8 101/1 ProductAdded 3.30 10:00",
            "8 101 OrderCompleted 3.30 10:00",
            "7 100/3 ProductAdded 0 10:01",
            "7 100 OrderCompleted 5.205 10:01",
            "7 C103 OrderRefunded -2.655 09:00",
        ]);

    [Fact]
    public void Sums_are_exact_and_guests_are_counted_apart()
    {
        var year = Year(SmallShop.Lines);
        year.Sums.ShouldBe(new ShopSums(Turns: 7, Customers: 2, Orders: 2, OrderWorth: 8.505m, Returns: 1, ReturnWorth: -2.655m));
        (year.Lines, year.GuestLines, year.GuestInvoices).ShouldBe((8, 2, 1));
        year.Customers.ShouldBe(["7", "8"]);
    }

    [Fact]
    public void A_limit_takes_the_earliest_turns_and_sums_only_them()
    {
        var year = ShopYear.Of(ShopFile.Read(new StringReader(SmallShop.Lines)), limit: 4);
        year.Turns.Count.ShouldBe(4);
        year.Sums.ShouldBe(new ShopSums(Turns: 4, Customers: 2, Orders: 1, OrderWorth: 3.30m, Returns: 0, ReturnWorth: 0));
    }

    [Fact]
    public void An_order_that_is_left_out_leaves_its_basket_and_is_counted()
    {
        var year = ShopYear.Of(ShopFile.Read(new StringReader(SmallShop.Lines)), abandon: 100);
        year.Abandoned.ShouldBe(1);
        year.Turns.Select(turn => turn.InteractionId).ShouldBe(["100/1", "100/2", "101/1", "101", "100/3", "C103"]);
        year.Sums.ShouldBe(new ShopSums(Turns: 6, Customers: 2, Orders: 1, OrderWorth: 3.30m, Returns: 1, ReturnWorth: -2.655m));
        Year(SmallShop.Lines).Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Lines_out_of_time_are_sent_in_time_and_those_of_one_minute_as_they_stand()
    {
        var lines = SmallShop.Lines.Split('\n');
        var shuffled = string.Join('\n', [lines[0], lines[7], lines[8], lines[5], lines[1], lines[2], lines[3], lines[4], lines[6]]);
        Year(shuffled).Turns.Select(Describe).ShouldBe(Year(SmallShop.Lines).Turns.Select(Describe));
    }

    [Fact]
    public void The_shape_of_a_line_on_the_wire()
    {
        var request = Year(SmallShop.Lines).Turns[0].ToRequest();
        request.Customer.ShouldBe(new Identifier { Kind = "user_id", Value = "7" });
        (request.InteractionId, request.Type).ShouldBe(("100/1", "product_added"));
        request.OccurredAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2011, 1, 1, 10, 0, 0, TimeSpan.Zero));
        request.Properties["order_id"].StringValue.ShouldBe("100");
        request.Properties["product_id"].StringValue.ShouldBe("LAMP");
        request.Properties["quantity"].NumberValue.ShouldBe(2);
        request.Properties["unit_price"].NumberValue.ShouldBe(2.55);
    }

    [Fact]
    public void An_invoice_says_its_worth_as_decimal_text()
    {
        var turns = Year(SmallShop.Lines).Turns;
        var order = turns[5].ToRequest();
        var refund = turns[6].ToRequest();
        (order.Type, order.InteractionId, order.Properties["total"].StringValue).ShouldBe(("order_completed", "100", "5.205"));
        (refund.Type, refund.InteractionId, refund.Properties["total"].StringValue).ShouldBe(("order_refunded", "C103", "2.655"));
    }

    [Fact]
    public void Interaction_ids_are_unique_within_a_customer()
    {
        var turns = Year(SmallShop.Lines).Turns;
        turns.Select(turn => (turn.Customer, turn.InteractionId)).Distinct().Count().ShouldBe(turns.Count);
    }

    private static ShopYear Year(string text) => ShopYear.Of(ShopFile.Read(new StringReader(text)));

    private static string Describe(ShopTurn turn) =>
        $"{turn.Customer} {turn.InteractionId} {turn.Kind} {turn.Worth} {turn.Line.At:HH:mm}";
}
