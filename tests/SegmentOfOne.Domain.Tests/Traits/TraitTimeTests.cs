using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Tests.Traits;

/// <summary>When conditions on traits change by time alone.</summary>
public sealed class TraitTimeTests
{
    private const string Traits = """
        "month": { "count": true, "of": ["viewed"], "within": "32d" },
        "week_spent": { "sum": "total", "of": ["viewed"], "within": "7d" },
        "month_first": { "first": "category", "of": ["viewed"], "within": "30d" },
        "month_price": { "last": "total", "of": ["viewed"], "within": "31d" },
        "month_favourite": { "most_frequent": "category", "of": ["viewed"], "within": "33d" },
        "month_brands": { "distinct": "category", "of": ["viewed"], "within": "29d" },
        "month_bright": { "most_frequent": "bright", "of": ["viewed"], "within": "28d" },
        "vip": {
        """;

    private static readonly string[] Conditions =
    [
        "trait('month') >= 3",
        "trait('week_spent') > 10 and trait('week_spent') < 100",
        "trait('month_first') = 'hats'",
        "trait('month_first', 'none') != 'hats'",
        "trait('month_price') <= 20",
        "trait('month_price', 7) <= 20",
        "trait('month_favourite') in ('hats', 'shoes')",
        "trait('month_favourite', 'none') = 'none'",
        "trait('month_brands') = 2",
        "trait('month_bright') or trait('month_brands') > 3",
        "not trait('month_bright', true)",
        "trait('month') > trait('month_brands') and trait('week_spent') / trait('month') > 5",
        "trait('origin') = 'shop' and trait('spent') = 0",
    ];

    [Fact]
    public void The_next_change_is_found_to_the_millisecond_and_none_is_missed()
    {
        var found = 0;
        Property.Holds(
            from condition in Gen.Elements(Conditions)
            from count in Gen.Choose(1, 30)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (condition, count, seed),
            each =>
            {
                var playbook = TinyPlaybook.Parse(TinyPlaybook.WithEligible(each.condition).Replace("\"vip\": {", Traits, StringComparison.Ordinal));
                var condition = playbook.Actions.Single().Eligible!;
                var state = Lived(playbook, new Random(each.seed), each.count);
                var changes = Changes(state, condition);

                var from = state.Clock;
                while (condition.NextChange(state, playbook.Engagement, from) is { } due)
                {
                    due.At.ShouldBeGreaterThan(from);
                    if (due.IsCertain)
                    {
                        due.At.ShouldBe(changes.Dequeue());
                        found++;
                    }
                    else if (changes.TryPeek(out var next))
                    {
                        due.At.ShouldBeLessThan(next);
                    }

                    from = due.At;
                }

                changes.ShouldBeEmpty();
            },
            times: 400);
        found.ShouldBeGreaterThan(200);
    }

    /// <summary>Where the condition changes: looked for wherever one of the traits does.</summary>
    private static Queue<Instant> Changes(CustomerState state, Expression condition)
    {
        var times = new SortedSet<Instant>();
        foreach (var trait in state.Traits.Traits)
        {
            for (var change = trait.NextChange(state.Clock); change is { } time; change = trait.NextChange(time))
            {
                times.Add(time);
            }
        }

        var changes = new Queue<Instant>();
        var before = condition.Holds(new Scope(state, default, null, state.Clock));
        foreach (var time in times)
        {
            var holds = condition.Holds(new Scope(state, default, null, time));
            if (holds != before)
            {
                changes.Enqueue(time);
            }

            before = holds;
        }

        return changes;
    }

    private static CustomerState Lived(Playbook playbook, Random random, int count)
    {
        var state = new CustomerState(LivingCustomer.Key);
        var draft = new Draft(state);
        draft.Emit(new CustomerMet(Lives.Someone, Time.Start));
        for (var i = 0; i < count; i++)
        {
            var at = Time.Start + TimeSpan.FromSeconds(random.Next(40 * 86_400));
            var properties = Properties.Of(
                ("total", random.Next(-20, 40)),
                ("category", random.Next(4) switch { 0 => "hats", 1 => "shoes", 2 => "bags", _ => "" }),
                ("bright", random.Next(2) == 0),
                ("source", "shop"));
            var request = new TurnRequest { Customer = Lives.Someone, Id = $"{i}", Type = "viewed", Properties = properties };
            draft.Emit(new InteractionObserved(request.Id, request.Type, "", at, properties, true, Evidence.None, null));
            TraitTurn.Observe(draft, playbook, request, at);
        }

        return state;
    }
}
