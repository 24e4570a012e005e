using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Clocks;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Playbooks.Language;
using SegmentOfOne.Domain.Tests.Playbooks;

namespace SegmentOfOne.Domain.Tests.Clocks;

/// <summary>When conditions change by time alone, against nothing but looking at many moments.</summary>
public sealed class ChangeTests
{
    private const int Depth = 2;
    private const int Days = 60;
    private const int MostAsks = 1_000;

    private static readonly EngagementRules Rules = Playbook.Default.Engagement;
    private static readonly KnownNames Names = new(
        [.. Playbook.Default.Interactions.Select(rule => rule.Type)], [.. Playbook.Default.Location.Fences.Select(fence => fence.Id)]);

    private static readonly string[] Natural =
    [
        "silence() > 45d", "silence() / 1d >= 20.5", "involvement >= 10", "interaction < 25 or intimacy < 5", "intimacy >= 0", "engagement > 12",
        "advocacy < -1", "involvement > interaction", "count('product_viewed', 30d) >= 1", "distinct_items(14d) = 2", "active_days(7d) in (1, 2)",
        "evidence('order', 30d)", "since_last('product_viewed') > 3d and not evidence('order', 20d)", "hour_utc() in (18, 19, 20) and involvement > 0.5",
        "since_first('page_viewed') > 2 * since_last('page_viewed')", "silence() < since_last('order_completed')", "intimacy_fall >= 1 or intimacy_rise >= 1",
        "max(silence(), since_last_evidence('order')) >= 40d", "if(silence() > 10d, involvement, interaction) > 3", "hour_utc() < 12",
    ];

    private static Gen<CustomerState> Customers =>
        from told in Lives.Told(60)
        select Told(told);

    [Fact]
    public void The_first_change_of_a_condition_is_found_to_the_millisecond_and_nothing_changes_before()
    {
        var changes = 0;
        Property.Holds(Customers, state =>
        {
            foreach (var text in Natural)
            {
                changes += Follow(Compiled(text)!, state, patient: false);
            }
        }, times: 20);
        changes.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void So_it_is_for_whatever_condition_can_be_written()
    {
        int changes = 0, written = 0;
        var cases = from state in Customers
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (state, seed);
        Property.Holds(cases, each =>
        {
            var invent = new RandomSyntax(each.seed);
            for (var i = 0; i < 20; i++)
            {
                if (Compiled(SyntaxText.Render(invent.Boolean(Depth))) is { } condition)
                {
                    written++;
                    changes += Follow(condition, each.state, patient: true);
                }
            }
        }, times: 80);
        written.ShouldBeGreaterThan(1_000);
        changes.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void A_quotient_that_stays_the_same_hides_no_change_of_what_it_is_compared_with()
    {
        var state = Told([new TurnRequest
        {
            Customer = Lives.Someone,
            Id = "1",
            Type = "product_added",
            OccurredAt = Time.Hour(21),
            Properties = Properties.Of(("product_id", "p1")),
        }]);
        var condition = Compiled("min(hour_utc(), active_days(29d)) = silence() / since_first_evidence('cart')")!;
        Follow(condition, state, patient: false).ShouldBeGreaterThan(28);
    }

    [Fact]
    public void What_does_not_depend_on_time_is_known_never_to_change()
    {
        var state = new CustomerState(LivingCustomer.Key);
        foreach (var text in new[] { "orders >= 2", "stage = 'use' and not at_risk", "evidence('order') or revenue / orders > 10", "channel = 'web'", "has('x')" })
        {
            Compiled(text)!.NextChange(state, Rules, Time.Start).ShouldBeNull(text);
        }
    }

    [Fact]
    public void Looking_for_a_change_allocates_nothing()
    {
        var state = Told([.. Enumerable.Range(0, 20).Select(i => new TurnRequest
        {
            Customer = Lives.Someone,
            Id = $"{i}",
            Type = "product_viewed",
            OccurredAt = Time.Hour(i * i),
            Properties = Properties.Of(("product_id", $"p{i}")),
        })]);
        var conditions = Natural.Select(text => Compiled(text)!).ToArray();
        var least = long.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var condition in conditions)
            {
                condition.NextChange(state, Rules, state.Clock);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    /// <summary>Asks again and again for the next change, and looks in between; how many there were.</summary>
    /// <param name="patient">Where reasoning is of no avail, as with numbers that differ by rounding alone, not every moment is promised.</param>
    private static int Follow(Expression condition, CustomerState state, bool patient)
    {
        var (from, end, changes, asks) = (state.Clock, state.Clock + TimeSpan.FromDays(Days), 0, 0);
        while (from < end)
        {
            if (asks++ == MostAsks)
            {
                patient.ShouldBeTrue($"{condition} is asked for {MostAsks} times");
                return changes;
            }

            var was = Holds(condition, state, from);
            var due = condition.NextChange(state, Rules, from) ?? new Due(end, false);
            due.At.ShouldBeGreaterThan(from, condition.Text);
            if (due.IsCertain)
            {
                changes++;
                Holds(condition, state, due.At).ShouldBe(!was, $"{condition} at {due.At}");
                Holds(condition, state, new Instant(due.At.UnixMilliseconds - 1)).ShouldBe(was, $"{condition} before {due.At}");
            }

            Look(condition, state, from, due.At < end ? due.At : end, was, due.IsCertain);
            from = due.At;
        }

        return changes;
    }

    /// <summary>All that happens lies on quarters of an hour, so changes do, too, or a millisecond after; but those of scores, which may be anywhere.</summary>
    private static void Look(Expression condition, CustomerState state, Instant from, Instant until, bool was, bool changes)
    {
        const long Quarter = 15 * 60_000;
        for (var at = (from.UnixMilliseconds / Quarter * Quarter) + Quarter; at < until.UnixMilliseconds; at += Quarter)
        {
            Holds(condition, state, new Instant(at)).ShouldBe(was, $"{condition} from {from}, at {at} before {until}");
            if (at + 1 < until.UnixMilliseconds)
            {
                Holds(condition, state, new Instant(at + 1)).ShouldBe(was, $"{condition} from {from}, after {at} before {until}");
            }
        }

        if (!changes)
        {
            Holds(condition, state, until).ShouldBe(was, $"{condition} from {from}, at {until}");
        }
    }

    private static bool Holds(Expression condition, CustomerState state, Instant at) =>
        condition.Holds(new Scope(state, state.Scores(Rules, at), null, at));

    private static Expression? Compiled(string text)
    {
        var mistakes = new List<ExpressionError>();
        return ExpressionCompiler.Compile(text, ExpressionType.Boolean, Reach.Moment, Names, mistakes);
    }

    private static CustomerState Told(List<TurnRequest> told)
    {
        var customer = new LivingCustomer(Playbook.Default);
        told.ForEach(interaction => customer.Ask(interaction with { Placements = [] }, Time.Day(366)).ShouldBeOfType<TurnOutcome.Done>());
        return customer.State;
    }
}
