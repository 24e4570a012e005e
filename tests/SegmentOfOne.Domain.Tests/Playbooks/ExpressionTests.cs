using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>What expressions yield, above all where something is missing.</summary>
public sealed class ExpressionTests
{
    private static readonly Scores Scores = new(10, 20, 30, 40, 50, 60);

    private static readonly TurnRequest Request = new()
    {
        Customer = Lives.Someone,
        Type = "page_viewed",
        Channel = "web",
        Properties = Properties.Of(("number", 2.5), ("text", "gold"), ("digits", "-12.50"), ("truth", true), ("yes", "true"), ("huge", double.MaxValue)),
    };

    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", 5)]
    [InlineData("(1 + 2) * -3", -9)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("100 / 10 / 2", 5)]
    [InlineData("- - 1", 1)]
    [InlineData("0.1 + 0.2", 0.1 + 0.2)]
    [InlineData("min(3, 1, 2) + max(3, 1, 2)", 4)]
    [InlineData("abs(-2) + floor(2.9) + floor(-0.5) + log10(1000)", 6)]
    [InlineData("if(intimacy > 20, 7, 8)", 7)]
    [InlineData("36h / 1d", 1.5)]
    [InlineData("(1d + 12h) * 2 / 1h", 72)]
    [InlineData("max(1d, 36h) / 1h - abs(12h - 1d) / 1h", 24)]
    [InlineData("involvement + interaction + intimacy + influence + engagement + advocacy", 210)]
    [InlineData("property('number') + property('digits')", -10)]
    [InlineData("property('text', 7) + property('nothing', -1) + property('truth', 2)", 8)]
    [InlineData("hour_utc()", 9)]
    public void A_number_is_computed(string text, double number)
    {
        Number(text).ShouldBe(number);
    }

    /// <summary>A number that a rule can't know counts as nothing.</summary>
    [Theory]
    [InlineData("1 / 0")]
    [InlineData("0 / 0 + 5")]
    [InlineData("log10(0)")]
    [InlineData("log10(-1)")]
    [InlineData("property('nothing') + 5")]
    [InlineData("property('text') + 5")]
    [InlineData("max(property('nothing'), 5)")]
    [InlineData("min(5, property('nothing'))")]
    [InlineData("property('huge') * 10")]
    [InlineData("property('huge') * 10 / property('huge')")]
    [InlineData("since_last('order_completed') / 1d")]
    [InlineData("since_first_evidence('use') / 1d + 1")]
    public void What_is_missing_makes_a_number_missing_and_that_counts_as_nothing(string text)
    {
        Number(text).ShouldBe(0);
    }

    [Theory]
    [InlineData("property('nothing') <= 2", false)]
    [InlineData("property('nothing') > 2", false)]
    [InlineData("property('nothing') = property('nothing', 0)", false)]
    [InlineData("property('nothing') != 2", false)]
    [InlineData("not property('nothing') > 2", true)]
    [InlineData("property('nothing') in (1, 2)", false)]
    [InlineData("property('nothing') not in (1, 2)", false)]
    [InlineData("property('nothing') = 'gold'", false)]
    [InlineData("property('nothing') != 'gold'", false)]
    [InlineData("property('nothing') not in ('gold', 'silver')", false)]
    [InlineData("property('nothing', 'gold') = 'gold'", true)]
    [InlineData("property('nothing')", false)]
    [InlineData("not property('nothing')", true)]
    [InlineData("property('nothing', true)", true)]
    [InlineData("since_last('order_completed') > 0s", false)]
    [InlineData("since_last('order_completed') < 3650d", false)]
    [InlineData("1 / 0 > 0", false)]
    [InlineData("property('number') = 'gold'", false)]
    [InlineData("property('text') >= 0", false)]
    public void A_comparison_with_what_is_missing_is_false(string text, bool holds)
    {
        Holds(text).ShouldBe(holds);
    }

    [Theory]
    [InlineData("property('text') = 'gold' and property('text') != 'Gold'", true)]
    [InlineData("property('truth') and property('yes') and not property('text', false)", true)]
    [InlineData("has('number') and not has('nothing')", true)]
    [InlineData("channel = 'web' and type in ('page_viewed', 'liked')", true)]
    [InlineData("channel not in ('app', 'email')", true)]
    [InlineData("property('number') in (2, 2.5)", true)]
    [InlineData("2d in (48h, 1h)", true)]
    [InlineData("2.5 == property('number')", true)]
    [InlineData("false or not false and true", true)]
    [InlineData("not (true or false)", false)]
    [InlineData("not true or true", true)]
    [InlineData("channel = \"web\" and channel = 'web'", true)]
    public void A_condition_is_decided(string text, bool holds)
    {
        Holds(text).ShouldBe(holds);
    }

    [Theory]
    [InlineData(Stage.Purchase, "stage >= 'purchase' and stage <= 'purchase' and stage = 'purchase'", true)]
    [InlineData(Stage.Purchase, "'interaction' < stage and stage < 'use' and stage > 'awareness'", true)]
    [InlineData(Stage.Purchase, "stage in ('use', 'purchase') and stage not in ('lapsed')", true)]
    [InlineData(Stage.Purchase, "stage != 'purchase'", false)]
    [InlineData(Stage.Lapsed, "stage = 'lapsed'", true)]
    [InlineData(Stage.Lapsed, "stage >= 'purchase'", false)]
    [InlineData(Stage.Lapsed, "stage < 'purchase'", false)]
    [InlineData(Stage.Lapsed, "stage != 'purchase'", true)]
    public void Stages_have_an_order_in_which_lapsed_has_no_place(Stage stage, string text, bool holds)
    {
        var state = new CustomerState(LivingCustomer.Key);
        state.Journey.Stage = stage;

        Compiled(text, ExpressionType.Boolean).Holds(new Scope(state, Scores, Request, Time.Start)).ShouldBe(holds);
    }

    [Theory]
    [InlineData("property('number') > 0 or channel = 'web' or type = 'liked' or has('x') or property('b')", false)]
    [InlineData("property('number', 1) > 0 and property('t', 'a') = 'a' and property('b', true)", true)]
    public void Where_no_request_is_at_hand_all_of_it_is_missing(string text, bool holds)
    {
        var scope = new Scope(new CustomerState(LivingCustomer.Key), Scores, null, Time.Start);

        Compiled(text, ExpressionType.Boolean).Holds(scope).ShouldBe(holds);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(23.99, 23)]
    [InlineData(24, 0)]
    [InlineData(-0.5, 23)]
    public void The_hour_is_that_of_the_clock_in_utc(double hours, double hour)
    {
        var at = Instant.Epoch + TimeSpan.FromHours(hours);
        var scope = new Scope(new CustomerState(LivingCustomer.Key), Scores, null, at);

        Compiled("hour_utc()", ExpressionType.Number).Number(scope).ShouldBe(hour);
    }

    [Fact]
    public void A_window_ends_now_and_what_happened_at_its_very_beginning_is_out()
    {
        var customer = new LivingCustomer(Playbook.Default);
        customer.Answer(new TurnRequest { Customer = Lives.Someone, Id = "1", Type = "product_added", Channel = "web", OccurredAt = Time.Start }, Time.Day(30));
        var state = customer.State;
        var text = "count('product_added', 1d) = 1 and evidence('cart', 1d)";

        Compiled(text, ExpressionType.Boolean).Holds(new Scope(state, Scores, Request, Time.Day(1) - TimeSpan.FromMilliseconds(1))).ShouldBeTrue();
        Compiled(text, ExpressionType.Boolean).Holds(new Scope(state, Scores, Request, Time.Day(1))).ShouldBeFalse();
        Compiled("not evidence('cart', 1d)", ExpressionType.Boolean).Holds(new Scope(state, Scores, Request, Time.Day(1))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("intimacy>=40   and count( 'liked',720h )>=2", "intimacy >= 40 and count(\"liked\", 30d) >= 2")]
    [InlineData("((intimacy)) > (1.50)", "intimacy > 1.5")]
    [InlineData("(at_risk or in_recovery) and not (not at_risk)", "(at_risk or in_recovery) and not not at_risk")]
    [InlineData("1 - (2 - 3) > 1 * (2 + 3)", "1 - (2 - 3) > 1 * (2 + 3)")]
    [InlineData("(1 - 2) - 3 > (1 * 2) / 3", "1 - 2 - 3 > 1 * 2 / 3")]
    [InlineData("-(1 + 2) == -(3)", "-(1 + 2) = -3")]
    [InlineData("property('it\\'s \"so\"') = '\\\\'", "property(\"it's \\\"so\\\"\") = \"\\\\\"")]
    [InlineData("orders not in (-1, 0.10)", "orders not in (-1, 0.1)")]
    [InlineData("silence() > 90m and silence() > 120m and silence() > 0d", "silence() > 90m and silence() > 2h and silence() > 0s")]
    [InlineData("0.000001 > 0", "0.000001 > 0")]
    public void An_expression_has_one_canonical_form(string text, string canonical)
    {
        var expression = Compiled(text, ExpressionType.Boolean);

        expression.Text.ShouldBe(canonical);
        Compiled(canonical, ExpressionType.Boolean).Text.ShouldBe(canonical);
    }

    [Fact]
    public void An_expression_lists_the_facts_that_it_reads()
    {
        Compiled("if(stage >= 'use' and intimacy > 1 and intimacy < 9, count('liked', 30d), property('n', -1)) > max(0, silence() / 1d)", ExpressionType.Boolean)
            .Reads.ShouldBe(["stage", "intimacy", "count(\"liked\", 30d)", "property(\"n\", -1)", "silence()"]);
    }

    [Fact]
    public void Evaluation_allocates_nothing()
    {
        var customer = new LivingCustomer(Playbook.Default);
        for (var i = 0; i < 20; i++)
        {
            customer.Answer(Request with { Id = $"{i}", Type = "product_viewed", OccurredAt = Time.Hour(i) }, Time.Hour(i));
        }

        var state = customer.State;
        var playbook = Playbook.Default;
        var condition = Compiled(
            """
            (stage >= 'awareness' or stage in ('use', 'lapsed')) and not at_risk and not (in_recovery and evidence('cart'))
            and (count('product_viewed', 30d) >= 2 or count('liked') = 0) and distinct_items(14d) >= 0 and active_days(7d) < 32
            and (channel = 'web' or type not in ('liked', 'shared') or property('text') = 'gold') and property('number') in (1, 2.5)
            and (since_last('liked') > 1d or since_first_evidence('item') >= 1s or silence() < 2d) and has('number') and property('truth', false)
            """,
            ExpressionType.Boolean);
        var number = Compiled(
            "if(evidence('item', 1d), min(1, intimacy, property('digits')), 2) * log10(1 + orders) / abs(floor(revenue)) + max(-hour_utc(), intimacy_fall) - reentries",
            ExpressionType.Number);
        var revenue = playbook.Interactions.Single(rule => rule.Type == "order_refunded").Revenue!;
        var order = Request with { Properties = Properties.Of(("total", 12.34)) };

        double Evaluate()
        {
            var scope = new Scope(state, Scores, Request, Time.Day(1));
            revenue.TryAmount(new Scope(state, Scores, order, Time.Day(1)), out var amount);
            var sum = number.Number(scope) + (condition.Holds(scope) ? 1 : 0) + (double)amount;
            foreach (var rule in playbook.Interactions)
            {
                sum += rule.Weigh(scope).Influence;
            }

            foreach (var action in playbook.Actions)
            {
                foreach (var gate in (ReadOnlySpan<Expression?>)[action.Eligible, action.Applicable, action.Suitable])
                {
                    sum += gate is null || gate.Holds(scope) ? 1 : 0;
                }

                sum += action.Prior(scope) * action.ContextFactor(scope) * action.Worth(scope) * action.LeverFactor(scope);
                sum += action.TreatmentFor(scope) is null ? 0 : 1;
            }

            return sum;
        }

        var expected = Evaluate();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            if (Evaluate() != expected)
            {
                throw new InvalidOperationException("the same evaluation gave another result");
            }
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static double Number(string text) => Compiled(text, ExpressionType.Number).Number(Here());

    private static bool Holds(string text) => Compiled(text, ExpressionType.Boolean).Holds(Here());

    private static Scope Here() => new(new CustomerState(LivingCustomer.Key), Scores, Request, Time.Start);

    private static Expression Compiled(string text, ExpressionType type)
    {
        var mistakes = new List<ExpressionError>();
        var names = new KnownNames(Playbook.Default.Interactions.Select(rule => rule.Type).ToHashSet(), []);
        var expression = ExpressionCompiler.Compile(text, type, Reach.Moment, names, mistakes);
        mistakes.ShouldBeEmpty();
        return expression.ShouldNotBeNull();
    }
}
