using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Tests.Traits;

/// <summary>What traits say, computed by hand. A thirty-second of 32d is a day that begins at 00:00; <see cref="Time.Start"/> is at 09:00.</summary>
public sealed class TraitTests
{
    private static readonly Playbook Tiny = TinyPlaybook.Parse(TinyPlaybook.With("\"vip\": {", """
        "month": { "count": true, "of": ["viewed"], "within": "32d" },
        "month_spent": { "sum": "total", "of": ["ordered"], "within": "32d" },
        "points": { "sum": "points", "of": ["ordered"] },
        "month_first": { "first": "source", "of": ["viewed"], "within": "32d" },
        "month_favourite": { "most_frequent": "category", "of": ["viewed"], "within": "32d" },
        "month_brands": { "distinct": "brand", "of": ["viewed"], "within": "32d" },
        "vip": {
        """));

    private int told;

    [Fact]
    public void Occurrences_are_counted_and_leave_with_the_slot_they_happened_in()
    {
        var customer = new LivingCustomer(Tiny);
        Number(customer, "month", 0).ShouldBe(0);
        Tell(customer, "viewed", 0);
        Tell(customer, "viewed", 0.5);
        Tell(customer, "viewed", 1.25);
        Tell(customer, "ordered", 1.3);

        Number(customer, "month", 1.25).ShouldBe(3);

        // The slot of the first two begins at 00:00, nine hours before Start: 32 days later it leaves.
        var leaves = 32 - (9.0 / 24);
        Number(customer, "month", leaves - 0.001).ShouldBe(3);
        Number(customer, "month", leaves).ShouldBe(1);
        Number(customer, "month", leaves + 1).ShouldBe(0);
        customer.State.Traits.Of(Rule("month"))!.NextChange(Time.Day(2)).ShouldBe(Time.Day(leaves));
        customer.State.Traits.Of(Rule("month"))!.NextChange(Time.Day(leaves)).ShouldBe(Time.Day(leaves + 1));
        customer.State.Traits.Of(Rule("month"))!.NextChange(Time.Day(leaves + 1)).ShouldBeNull();
    }

    [Fact]
    public void What_is_told_late_counts_where_it_happened()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "viewed", 40);
        Tell(customer, "viewed", 10);
        Tell(customer, "viewed", 5);
        Number(customer, "month", 40).ShouldBe(2);
        Number(customer, "month", 42).ShouldBe(1);
        Number(customer, "views", 40).ShouldBe(1);
    }

    [Fact]
    public void A_sum_is_exact()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "ordered", 0, ("total", 0.1));
        Tell(customer, "ordered", 1, ("total", "0.20"));
        Tell(customer, "ordered", 2, ("total", -0.05));
        Number(customer, "spent", 2).ShouldBe(0.25);
        Number(customer, "month_spent", 32).ShouldBe(0.15);
        Number(customer, "month_spent", 33).ShouldBe(-0.05);
    }

    [Theory]
    [InlineData("free")]
    [InlineData("")]
    [InlineData("1e3")]
    [InlineData("1000000000001")]
    public void A_value_that_is_no_number_or_too_great_gives_no_fact(string points)
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "ordered", 0, ("points", points));
        Tell(customer, "ordered", 0, ("points", true));
        Tell(customer, "ordered", 0);
        customer.Story.SelectMany(turn => turn.Facts).ShouldNotContain(fact => fact is TraitGained || fact is TraitAdopted);
    }

    [Fact]
    public void The_last_and_the_first_value_are_so_by_when_they_happened()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "viewed", 5, ("product_id", "lamp"), ("source", "mail"));
        Tell(customer, "viewed", 3, ("product_id", "sofa"), ("source", "shop"));
        Tell(customer, "viewed", 8, ("source", 7), ("product_id", ""));
        Value(customer, "latest", 8).ShouldBe("lamp");
        Value(customer, "origin", 8).ShouldBe("shop");
        Value(customer, "month_first", 8).ShouldBe("shop");

        // The last one leaves at its time; the first with its slot, and then the next is the first.
        Value(customer, "latest", 34.999).ShouldBe("lamp");
        Value(customer, "latest", 35).ShouldBeNull();
        Value(customer, "month_first", 35).ShouldBe("mail");
        Value(customer, "month_first", 37).ShouldBe("7");
        Value(customer, "origin", 1000).ShouldBe("shop");
        customer.State.Traits.Of(Rule("latest"))!.NextChange(Time.Day(8)).ShouldBe(Time.Day(35));
        customer.State.Traits.Of(Rule("origin"))!.NextChange(Time.Day(8)).ShouldBeNull();
    }

    [Fact]
    public void The_most_frequent_value_is_that_of_the_window_and_of_equals_the_latest()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "viewed", 0, ("category", "hats"));
        Tell(customer, "viewed", 0, ("category", "hats"));
        Tell(customer, "viewed", 1, ("category", "shoes"));
        Value(customer, "month_favourite", 1).ShouldBe("hats");
        Tell(customer, "viewed", 2, ("category", "shoes"));
        Value(customer, "month_favourite", 2).ShouldBe("shoes");
        Tell(customer, "viewed", 3, ("category", "hats"));
        Value(customer, "month_favourite", 3).ShouldBe("hats");
        Value(customer, "month_favourite", 32).ShouldBe("shoes");
        Value(customer, "month_favourite", 34).ShouldBe("hats");
        Value(customer, "month_favourite", 35).ShouldBeNull();
    }

    [Fact]
    public void Different_values_are_counted_once_each()
    {
        var customer = new LivingCustomer(Tiny);
        foreach (PropertyValue brand in (PropertyValue[])["a", "b", "a", 1, "1", true, "true", new string('x', 65), new string('x', 66)])
        {
            Tell(customer, "viewed", 0, ("brand", brand));
        }

        Number(customer, "brands", 0).ShouldBe(8);
        Number(customer, "month_brands", 31).ShouldBe(8);
        Number(customer, "month_brands", 32).ShouldBe(0);
    }

    [Fact]
    public void A_long_text_is_cut_where_it_is_shown()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "viewed", 0, ("source", new string('x', 64)), ("category", new string('x', 65)), ("product_id", new string('x', 62) + "😀😀"));
        Value(customer, "origin", 0).ShouldBe(new string('x', 64));
        Value(customer, "favourite", 0).ShouldBe(new string('x', 63) + "…");
        Value(customer, "latest", 0).ShouldBe(new string('x', 62) + "…");
    }

    [Fact]
    public void An_interaction_that_touches_no_trait_leaves_none()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "left", 0, ("category", "hats"));
        customer.State.Traits.Traits.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_trait_that_is_declared_otherwise_begins_anew_and_what_is_declared_no_more_is_let_go()
    {
        var customer = new LivingCustomer(Tiny);
        Tell(customer, "viewed", 0, ("category", "hats"), ("source", "mail"));
        Tell(customer, "viewed", 0, ("category", "hats"), ("source", "shop"));
        customer.Playbook = TinyPlaybook.Parse(TinyPlaybook.With("\"within\": \"90d\"", "\"within\": \"91d\"")
            .Replace("\"origin\": { \"first\"", "\"origin\": { \"last\"", StringComparison.Ordinal));
        Tell(customer, "viewed", 1, ("category", "shoes"));
        Tell(customer, "viewed", 1, ("category", "shoes"));

        var state = customer.State;
        state.Traits.Traits.ToArray().Select(trait => $"{trait.Trait} {trait.Kind} {trait.Window / 86_400_000}").ShouldBe(["favourite MostFrequent 91", "views Count 30"]);
        state.Traits.Of(Rule("favourite")).ShouldBeNull();
        Number(customer, "views", 1).ShouldBe(4);
        customer.Playbook.TryTrait("favourite", out var rule).ShouldBeTrue();
        state.Traits.Of(rule!)!.TryValue(Time.Day(1), out var value).ShouldBeTrue();
        value.ShouldBe("shoes");
        LivingCustomer.BytesOf(customer.Replayed()).ShouldBe(customer.Bytes);
    }

    [Fact]
    public void What_was_said_of_a_trait_last_holds_whatever_was_computed_before()
    {
        var state = new CustomerState(LivingCustomer.Key);
        var draft = new Draft(state);
        TraitTurn.Set(draft, Tiny, Rule("vip"), true, Time.Start);
        TraitTurn.Set(draft, Tiny, Rule("vip"), "gold", Time.Start);
        TraitTurn.Set(draft, Tiny, Rule("vip"), "", Time.Day(1));
        TraitTurn.Set(draft, Tiny, Rule("vip"), double.NaN, Time.Day(1));
        Value(state, "vip", 400).ShouldBe("gold");

        draft.Emit(new TraitAdopted("views", TraitKind.Count, Rule("views").WindowMilliseconds));
        draft.Emit(new TraitSet("views", 3, Time.Start));
        state.Traits.Of(Rule("views")).ShouldBeNull();
        draft.Emit(new TraitAdopted("vip", TraitKind.Set, 0));
        state.Traits.Of(Rule("vip")).ShouldBeNull();
        StateFormat.Read(LivingCustomer.BytesOf(state), LivingCustomer.Key).Traits.Traits.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("trait('month') = 2 and trait('spent') = 12.5 and trait('brands') = 2", true)]
    [InlineData("trait('favourite') = 'hats' and trait('origin') in ('shop', 'mail') and trait('latest') != 'x'", true)]
    [InlineData("trait('origin', 'none') = 'none' or trait('latest', 3) > 3", false)]
    [InlineData("trait('latest') = 3 and 'hats' = trait('favourite') and trait('latest') > trait('month')", true)]
    [InlineData("trait('vip')", false)]
    [InlineData("trait('vip') = 'gold' or trait('vip') > 0 or not not trait('vip')", false)]
    [InlineData("trait('vip', true) and trait('vip', 7) = 7 and trait('vip', 'none') = 'none'", true)]
    [InlineData("trait('month_spent') < 0", false)]
    [InlineData("trait('brands') >= 64", false)]
    public void A_condition_reads_traits(string condition, bool holds)
    {
        var playbook = TinyPlaybook.Parse(TinyPlaybook.WithEligible(condition).Replace("\"vip\": {", """
            "month": { "count": true, "of": ["viewed"], "within": "32d" },
            "month_spent": { "sum": "total", "of": ["ordered"], "within": "32d" },
            "vip": {
            """, StringComparison.Ordinal));
        var customer = new LivingCustomer(playbook);
        Tell(customer, "viewed", 0, ("category", "hats"), ("source", "shop"), ("brand", "a"));
        Tell(customer, "viewed", 1, ("category", "hats"), ("product_id", "3"), ("brand", "b"));
        Tell(customer, "ordered", 1, ("total", 12.5));

        var state = customer.State;
        var expression = playbook.Actions.Single().Eligible!;
        expression.Holds(new Scope(state, default, null, state.LastSeen)).ShouldBe(holds);
    }

    [Fact]
    public void A_trait_is_a_fact_that_is_read()
    {
        var playbook = TinyPlaybook.Parse(TinyPlaybook.WithEligible("trait('views') >= 2 and trait('favourite', 'none') = 'hats'"));
        var customer = new LivingCustomer(playbook);
        Tell(customer, "viewed", 0, ("category", "shoes"));
        var scope = new Scope(customer.State, default, null, Time.Start);
        var expression = playbook.Actions.Single().Eligible!;
        expression.Read(scope).Select(read => $"{read.Name} {read.Value}").ShouldBe(["trait(\"views\") 1", "trait(\"favourite\", \"none\") \"shoes\""]);
        expression.Shortfall(scope).ShouldBe("trait(\"views\") >= 2 (trait(\"views\") is 1) and trait(\"favourite\", \"none\") = \"hats\" (trait(\"favourite\", \"none\") is \"shoes\")");
    }

    [Fact]
    public void Reading_traits_allocates_nothing()
    {
        var playbook = TinyPlaybook.Parse(TinyPlaybook.WithEligible(
            "trait('views') > 0 and trait('spent') > 0 and trait('brands') > 0 and trait('latest') != 'x' and trait('origin', 'x') != 'x' and trait('favourite') = 'hats' and not trait('vip')"));
        var customer = new LivingCustomer(playbook);
        Tell(customer, "viewed", 0, ("category", "hats"), ("source", "shop"), ("brand", "a"), ("product_id", "lamp"));
        Tell(customer, "ordered", 1, ("total", 12.5));
        var state = customer.State;
        var condition = playbook.Actions.Single().Eligible!;
        condition.Holds(new Scope(state, default, null, Time.Day(1))).ShouldBeTrue();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            condition.Holds(new Scope(state, default, null, Time.Day(i)));
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static TraitRule Rule(string name) => Tiny.Traits.Single(rule => rule.Name == name);

    private static double Number(LivingCustomer customer, string trait, double day) => customer.State.Traits.Of(Rule(trait))?.Number(Time.Day(day)) ?? 0;

    private static string? Value(LivingCustomer customer, string trait, double day) => Value(customer.State, trait, day);

    private static string? Value(CustomerState state, string trait, double day) =>
        state.Traits.Of(Rule(trait)) is { } known && known.TryValue(Time.Day(day), out var value) ? value.ToString() : null;

    private void Tell(LivingCustomer customer, string type, double day, params ReadOnlySpan<(string Name, PropertyValue Value)> properties) => customer.Answer(
        new TurnRequest
        {
            Customer = Lives.Someone,
            Id = $"{told++}",
            Type = type,
            Channel = "web",
            OccurredAt = Time.Day(day),
            Properties = Properties.Of(properties),
        },
        Time.Day(50));
}
