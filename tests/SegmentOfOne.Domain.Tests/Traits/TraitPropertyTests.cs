using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Tests.Traits;

/// <summary>Traits against lists of all that happened.</summary>
public sealed class TraitPropertyTests
{
    private static readonly long[] Windows = [0, 60_000, 61_000, 3_600_000, 5_400_000, 86_400_000, 30 * 86_400_000L, 3650 * 86_400_000L];

    private static readonly TraitKind[] Computed =
        [TraitKind.Count, TraitKind.Sum, TraitKind.Last, TraitKind.First, TraitKind.MostFrequent, TraitKind.Distinct];

    private static readonly PropertyValue[] Values =
        ["a", "b", "B", "aa", "ä", "€", "1", "true", 1, -1, 0, 0.1, 1e12, -999_999_999_999.999, true, false];

    [Fact]
    public void A_trait_is_what_all_that_happened_says_in_whatever_order_it_was_told()
    {
        var cases = from kind in Gen.Elements(Computed)
                    from window in Gen.Elements(Windows)
                    from count in Gen.Choose(1, 120)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (kind, window, count, seed);
        Property.Holds(cases, each =>
        {
            var random = new Random(each.seed);
            var happened = Invent(random, each.window, each.count, Values);
            var naive = new NaiveTrait(each.kind, each.window, happened);
            var state = Lived(each.kind, each.window, happened);
            var newest = happened.Max(one => one.At);

            foreach (var at in Times(random, each.window, newest, state))
            {
                Same(ValueOf(state, at), naive.At(at), $"{each.kind} over {each.window} at {at}");
            }

            var bytes = LivingCustomer.BytesOf(state);
            random.Shuffle(happened);
            LivingCustomer.BytesOf(Lived(each.kind, each.window, happened)).ShouldBe(bytes);
            LivingCustomer.BytesOf(StateFormat.Read(bytes, LivingCustomer.Key)).ShouldBe(bytes);
        }, times: 1500);
    }

    [Fact]
    public void Between_two_changes_that_are_announced_nothing_changes()
    {
        var cases = from kind in Gen.Elements(Computed)
                    from window in Gen.Elements(Windows)
                    from count in Gen.Choose(1, 40)
                    from seed in Gen.Choose(0, int.MaxValue - 1)
                    select (kind, window, count, seed);
        Property.Holds(cases, each =>
        {
            var random = new Random(each.seed);
            var happened = Invent(random, each.window, each.count, Values);
            var trait = Lived(each.kind, each.window, happened).Traits.Traits[0];
            var naive = new NaiveTrait(each.kind, each.window, happened);
            var at = happened.Max(one => one.At);
            var changes = 0;
            while (trait.NextChange(at) is { } change)
            {
                change.ShouldBeGreaterThan(at);
                naive.At(new Instant(change.UnixMilliseconds - 1)).ShouldBe(naive.At(at));
                naive.At(new Instant(at.UnixMilliseconds + random.NextInt64(change.UnixMilliseconds - at.UnixMilliseconds))).ShouldBe(naive.At(at));
                at = change;
                (++changes).ShouldBeLessThanOrEqualTo(32);
            }

            naive.At(Instant.From(DateTimeOffset.MaxValue)).ShouldBe(naive.At(at));
        }, times: 600);
    }

    [Fact]
    public void More_different_values_than_can_be_told_apart_are_told_as_that_many()
    {
        Property.Holds(
            from window in Gen.Elements(Windows)
            from different in Gen.Choose(50, 300)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (window, different, seed),
            each =>
            {
                var random = new Random(each.seed);
                var happened = Invent(random, each.window, 300, [.. Enumerable.Range(0, each.different).Select(i => (PropertyValue)$"v{i}")]);
                var state = Lived(TraitKind.Distinct, each.window, happened);
                var naive = new NaiveTrait(TraitKind.Distinct, each.window, happened);
                foreach (var at in Times(random, each.window, happened.Max(one => one.At), state))
                {
                    Same(ValueOf(state, at), naive.At(at), $"at {at}");
                }

                random.Shuffle(happened);
                LivingCustomer.BytesOf(Lived(TraitKind.Distinct, each.window, happened)).ShouldBe(LivingCustomer.BytesOf(state));
            },
            times: 200);
    }

    /// <summary>Space-Saving: of n occurrences ever, a value is counted too often by at most n/16, so one that occurred more than n/16 times
    /// more often than every other is the most frequent.</summary>
    [Fact]
    public void Among_many_values_one_that_is_clearly_most_frequent_is_found()
    {
        Property.Holds(Gen.Choose(0, int.MaxValue - 1), seed =>
        {
            var random = new Random(seed);
            var happened = Invent(random, 0, random.Next(200, 1000), [.. Enumerable.Range(0, 200).Select(i => (PropertyValue)i)]);
            for (var i = 0; i < happened.Length / 8; i++)
            {
                happened[random.Next(happened.Length)].Value = "favourite";
            }

            var state = Lived(TraitKind.MostFrequent, 0, happened);
            var memory = (MostFrequentMemory)state.Traits.Traits[0];
            memory.Rows.Length.ShouldBe(Limits.TraitValues);
            var most = happened.GroupBy(each => each.Value).Where(each => each.Key != "favourite").Max(each => each.Count());
            var favourites = happened.Count(each => each.Value == "favourite");
            foreach (var row in memory.Rows)
            {
                ((int)row.Counts[0] - happened.Count(each => each.Value == row.Value)).ShouldBeInRange(0, happened.Length / 16);
            }

            if (favourites - most > happened.Length / 16)
            {
                ValueOf(state, Time.Start).ShouldBe((PropertyValue)"favourite");
            }
        }, times: 100);
    }

    [Fact]
    public void A_trait_never_takes_more_bytes_than_its_playbook_was_checked_for()
    {
        Property.Holds(
            from kind in Gen.Elements(Enum.GetValues<TraitKind>())
            from window in Gen.Elements(Windows)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (kind, window, seed),
            each =>
            {
                var random = new Random(each.seed);
                var window = each.kind == TraitKind.Set ? 0 : each.window;
                var rule = new TraitRule(new string('t', 64), "", each.kind, ["viewed"], "p", window == 0 ? null : TimeSpan.FromMilliseconds(window));
                PropertyValue[] values = each.kind == TraitKind.Sum
                    ? [999_999_999_999.123, -999_999_999_998.7, Math.PI, 1e-12]
                    : [.. Enumerable.Range(0, 100).Select(i => (PropertyValue)($"{i}".PadLeft(3, '0') + new string('€', 61)))];
                var happened = Invent(random, window, 2000, values);
                var state = Lived(each.kind, window, happened, rule.Name);
                LivingCustomer.BytesOf(state).Length.ShouldBeLessThanOrEqualTo(
                    LivingCustomer.BytesOf(new CustomerState(LivingCustomer.Key)).Length + 1 + rule.MostBytes);
            },
            times: 100);
    }

    [Fact]
    public void A_used_state_remembers_no_trait_of_another_customer()
    {
        var used = new CustomerState(new CustomerKey(9));
        Property.Holds(
            from kind in Gen.Elements(Computed)
            from window in Gen.Elements(Windows)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (kind, window, seed),
            each =>
            {
                var random = new Random(each.seed);
                var bytes = LivingCustomer.BytesOf(Lived(each.kind, each.window, Invent(random, each.window, 50, Values)));
                StateFormat.Read(bytes, LivingCustomer.Key, used);
                LivingCustomer.BytesOf(used).ShouldBe(bytes);
            },
            times: 200);
    }

    private static (PropertyValue Value, Instant At)[] Invent(Random random, long window, int count, PropertyValue[] values)
    {
        var span = window == 0 ? 86_400_000 : window;
        var happened = new (PropertyValue Value, Instant At)[count];
        for (var i = 0; i < count; i++)
        {
            // Some at one time, some right at the edges of slots, most within three windows.
            var at = random.Next(4) == 0 ? random.Next(0, 97) * (((span - 1) / 32) + 1) : random.NextInt64(3 * span);
            happened[i] = (values[random.Next(values.Length)], new Instant(at));
        }

        return happened;
    }

    private static CustomerState Lived(TraitKind kind, long window, IEnumerable<(PropertyValue Value, Instant At)> happened, string name = "trait")
    {
        var state = new CustomerState(LivingCustomer.Key);
        if (kind != TraitKind.Set)
        {
            Customer.Apply(state, new TraitAdopted(name, kind, window));
        }

        foreach (var (value, at) in happened)
        {
            Customer.Apply(state, kind == TraitKind.Set ? new TraitSet(name, value, at) : new TraitGained(name, value, at));
        }

        return state;
    }

    /// <summary>Times from the newest on: at random, and where slots and windows end, a millisecond before and after.</summary>
    private static IEnumerable<Instant> Times(Random random, long window, Instant newest, CustomerState state)
    {
        yield return newest;
        for (var i = 0; i < 10; i++)
        {
            yield return new Instant(newest.UnixMilliseconds + random.NextInt64(2 * Math.Max(window, 1000)));
        }

        var at = newest;
        for (var i = 0; i < 10 && state.Traits.Traits[0].NextChange(at) is { } change; i++)
        {
            at = change;
            yield return new Instant(change.UnixMilliseconds - 1);
            yield return change;
            yield return new Instant(change.UnixMilliseconds + 1);
        }
    }

    private static object? ValueOf(CustomerState state, Instant at)
    {
        var trait = state.Traits.Traits[0];
        return trait.Kind is TraitKind.Count or TraitKind.Sum or TraitKind.Distinct ? trait.Number(at) : trait.TryValue(at, out var value) ? value : default(object?);
    }

    private static void Same(object? found, object? expected, string where)
    {
        if (expected is double number)
        {
            found.ShouldBeOfType<double>().ShouldBe(number, 1e-9, where);
        }
        else
        {
            found.ShouldBe(expected, where);
        }
    }
}
