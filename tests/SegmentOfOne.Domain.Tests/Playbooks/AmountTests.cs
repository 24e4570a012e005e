using System.Globalization;
using FsCheck.Fluent;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Money is decimal from the request on.</summary>
public sealed class AmountTests
{
    [Theory]
    [InlineData("8911407.904", "8911407.904")]
    [InlineData("-0.01", "-0.01")]
    [InlineData("+5", "5")]
    [InlineData("0.10", "0.1")]
    [InlineData("999999999999.99999999", "999999999999.99999999")]
    [InlineData("1000000000000", "1000000000000")]
    [InlineData("0.000000005", "0")]
    [InlineData("0.000000015", "0.00000002")]
    [InlineData("1e3", "0")]
    [InlineData("1,000", "0")]
    [InlineData(" 1", "0")]
    [InlineData("€5", "0")]
    [InlineData("", "0")]
    public void A_text_is_read_as_the_decimal_that_it_spells(string total, string amount)
    {
        Amount("property('total')", ("total", total)).ShouldBe(Decimal(amount));
    }

    [Theory]
    [InlineData(129.9, "129.9")]
    [InlineData(0.1, "0.1")]
    [InlineData(-611342.09, "-611342.09")]
    [InlineData(1e-7, "0.0000001")]
    [InlineData(1e12, "1000000000000")]
    [InlineData(5e-324, "0")]
    public void A_number_is_read_as_the_shortest_decimal_that_gives_it_back(double total, string amount)
    {
        Amount("property('total')", ("total", total)).ShouldBe(Decimal(amount));
    }

    [Fact]
    public void Every_sum_of_cents_is_the_same_as_number_and_as_text()
    {
        Property.Holds(Gen.Choose(-2_000_000_000, 2_000_000_000), cents =>
        {
            var amount = cents / 100m;
            Amount("property('total')", ("total", (double)amount)).ShouldBe(amount);
            Amount("property('total')", ("total", amount.ToString(CultureInfo.InvariantCulture))).ShouldBe(amount);
        });
    }

    [Theory]
    [InlineData("-abs(property('total'))", "-3.3")]
    [InlineData("property('total') + 0.1 + 0.2", "3.6")]
    [InlineData("property('total') * property('total')", "10.89")]
    [InlineData("1 / 3", "0.33333333")]
    [InlineData("property('total') / 0", "0")]
    [InlineData("property('total') - property('shipping', 0.3)", "3")]
    [InlineData("property('total') - property('shipping')", "0")]
    [InlineData("max(1, min(property('total'), 2.5), 2)", "2.5")]
    [InlineData("if(property('currency', 'EUR') = 'EUR', property('total'), 0)", "3.3")]
    public void An_amount_is_computed_in_decimal_and_nothing_moves_when_it_cannot_be_known(string text, string amount)
    {
        Amount(text, ("total", 3.3)).ShouldBe(Decimal(amount));
    }

    [Theory]
    [InlineData("1000000000000.01")]
    [InlineData("-1000000000001")]
    [InlineData("0000000000000000000000000000001")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("999999999999999999999999999999")]
    [InlineData("-99999999999999999999999999999999999999999.5")]
    [InlineData(1.1e12)]
    [InlineData(1e300)]
    [InlineData(-1.7976931348623157e308)]
    public void What_exceeds_the_bound_is_refused_by_name_and_changes_nothing(object total)
    {
        Refused("property('total')", total is string text ? text : (double)total);
    }

    [Theory]
    [InlineData("999999999999 * property('total')")]
    [InlineData("1000000000000 + property('total')")]
    [InlineData("-1000000000000 - property('total')")]
    [InlineData("1000000000000 / (property('total') / 1000000000000)")]
    [InlineData("(1000000000000 + property('total')) * 0")]
    [InlineData("1 / (1000000000000 + property('total'))")]
    [InlineData("-(1000000000000 + property('total'))")]
    [InlineData("abs(1000000000000 + property('total'))")]
    [InlineData("min(1, 1000000000000 + property('total'))")]
    [InlineData("max(1000000000000 + property('total'), 1)")]
    public void What_is_computed_from_an_amount_beyond_the_bound_is_refused(string text)
    {
        Refused(text, 3.3);
    }

    [Fact]
    public void A_truth_is_no_amount()
    {
        Amount("property('total')", ("total", true)).ShouldBe(0);
    }

    private static decimal Amount(string text, (string, PropertyValue) property)
    {
        var customer = new LivingCustomer(TinyPlaybook.Parse(TinyPlaybook.With("property('total')", text)));
        var done = customer.Ask(Ordered(property), Time.Start).ShouldBeOfType<TurnOutcome.Done>();
        var moved = done.Turn.Facts.OfType<MoneyMoved>().SingleOrDefault()?.Amount ?? 0;
        moved.ShouldBe(customer.State.Value.Revenue + customer.State.Value.Returned);
        return moved;
    }

    private static void Refused(string text, PropertyValue total) =>
        new LivingCustomer(TinyPlaybook.Parse(TinyPlaybook.With("property('total')", text))).Ask(Ordered(("total", total)), Time.Start)
            .ShouldBeOfType<TurnOutcome.Refused>().Refusal.Code.Name().ShouldBe("amount_too_large");

    private static TurnRequest Ordered((string, PropertyValue) property) =>
        new() { Customer = Lives.Someone, Id = "1", Type = "ordered", Properties = Properties.Of(property) };

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
