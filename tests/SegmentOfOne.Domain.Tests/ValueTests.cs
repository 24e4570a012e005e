namespace SegmentOfOne.Domain.Tests;

public sealed class ValueTests
{
    [Fact]
    public void An_instant_is_rfc_3339_in_utc_with_milliseconds()
    {
        new Instant(1_323_435_000_007).ToString().ShouldBe("2011-12-09T12:50:00.007Z");
        Instant.Epoch.ToString().ShouldBe("1970-01-01T00:00:00.000Z");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(86_399_999, 0)]
    [InlineData(86_400_000, 1)]
    [InlineData(-1, -1)]
    public void A_day_begins_at_midnight_utc(long milliseconds, int day) => new Instant(milliseconds).UtcDay.ShouldBe(day);

    [Fact]
    public void A_customer_key_is_32_small_hexadecimal_digits()
    {
        var key = new CustomerKey(new UInt128(0, 0xab));
        key.ToString().ShouldBe("000000000000000000000000000000ab");
        CustomerKey.TryParse(key.ToString(), out var read).ShouldBeTrue();
        read.ShouldBe(key);
        CustomerKey.TryParse("000000000000000000000000000000AB", out _).ShouldBeFalse();
        CustomerKey.TryParse("ab", out _).ShouldBeFalse();
        CustomerKey.TryParse("0000000000000000000000000000000g", out _).ShouldBeFalse();
    }

    [Fact]
    public void Properties_are_found_by_name_in_ordinal_order_and_the_later_of_one_name_wins()
    {
        var properties = Properties.Of(("b", 1), ("a", "x"), ("B", true), ("b", 2));
        properties.Count.ShouldBe(3);
        Enumerable.Range(0, 3).Select(i => properties[i].Key).ShouldBe(["B", "a", "b"]);
        properties.TryGet("b", out var value).ShouldBeTrue();
        value.Number.ShouldBe(2);
        properties.TryGet("c", out _).ShouldBeFalse();
        properties.ShouldBe(Properties.Of(("a", "x"), ("b", 2), ("B", true)));
        properties.ShouldNotBe(Properties.Of(("a", "x"), ("b", "2"), ("B", true)));
        Should.Throw<ArgumentException>(() => Properties.FromSorted([new("b", 1), new("a", 1)]));
        Should.Throw<ArgumentException>(() => Properties.FromSorted([new("a", 1), new("a", 1)]));
    }

    [Fact]
    public void A_property_is_one_kind_and_empty_as_the_others()
    {
        PropertyValue text = "1", number = 1, truth = true;
        (text.Text, text.Number, text.Truth).ShouldBe(("1", 0, false));
        (number.Text, number.Number, number.Truth).ShouldBe(("", 1, false));
        (truth.Text, truth.Number, truth.Truth).ShouldBe(("", 0, true));
        (text == number).ShouldBeFalse();
        (number == truth).ShouldBeFalse();
        default(PropertyValue).ShouldBe("");
        new[] { $"{text}", $"{number}", $"{truth}", $"{(PropertyValue)0.1}" }.ShouldBe(["1", "1", "true", "0.1"]);
    }
}
