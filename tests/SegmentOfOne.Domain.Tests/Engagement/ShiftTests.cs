using FsCheck.Fluent;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Tests.Engagement;

public sealed class ShiftTests
{
    private static readonly Measures Measures = new(
        Milliseconds(TimeSpan.FromDays(7)),
        Milliseconds(TimeSpan.FromDays(30)),
        Milliseconds(TimeSpan.FromDays(60)),
        Milliseconds(TimeSpan.FromDays(180)),
        15,
        Milliseconds(TimeSpan.FromHours(24)));

    [Fact]
    public void A_complaint_of_a_new_customer_is_a_fall_from_nothing()
    {
        var customer = New();
        Earn(customer, 0, 10, Time.Start);
        customer.IntimacyFall(Time.Start).ShouldBe(40);
        customer.IntimacyRise(Time.Start).ShouldBe(0);
    }

    [Fact]
    public void A_sample_counts_for_less_than_the_window_and_no_longer()
    {
        var customer = New();
        Earn(customer, 4, 0, Time.Start);
        customer.IntimacyRise(Time.Hour(24) - TimeSpan.FromMilliseconds(1)).ShouldBe(21.0526);
        customer.IntimacyRise(Time.Hour(24)).ShouldBe(0);
    }

    [Fact]
    public void After_a_delight_the_window_starts_anew()
    {
        var customer = New();
        Earn(customer, 4, 0, Time.Start);
        Fold(customer, new DelightNoticed(21, Time.Start));
        customer.IntimacyRise(Time.Start).ShouldBe(0);
        Earn(customer, 4, 0, Time.Hour(1));
        customer.IntimacyRise(Time.Hour(1)).ShouldBe(34.777 - 21.043, 0.005);
    }

    [Fact]
    public void What_is_remembered_gives_the_shift_that_all_samples_give()
    {
        var step = from hours in Gen.Choose(0, 900).Select(tenths => tenths / 60.0)
                   from weight in Gen.Choose(-12, 12)
                   where weight != 0
                   select (hours, weight);
        Property.Holds(Gen.ListOf(step), steps =>
        {
            var customer = New();
            var all = new List<(Instant At, double Value)>();
            var now = Time.Start;
            foreach (var (hours, weight) in steps)
            {
                now += TimeSpan.FromHours(hours);
                all.Add((now, Intimacy(customer, now)));
                Earn(customer, Math.Max(weight, 0), Math.Max(-weight, 0), now);
                all.Add((now, Intimacy(customer, now)));
                if (all.FindAll(sample => sample.At > now - TimeSpan.FromHours(24)).Count > 2 * Limits.ShiftSamples)
                {
                    return; // At the bound the answer may be larger; the test below says how.
                }

                foreach (var at in new[] { now, now + TimeSpan.FromHours(13), now + TimeSpan.FromHours(24) })
                {
                    var window = all.Where(sample => sample.At > at - TimeSpan.FromHours(24)).Select(sample => sample.Value);
                    customer.IntimacyFall(at).ShouldBe(window.Append(all[^1].Value).Max() - all[^1].Value, 0.0002);
                    customer.IntimacyRise(at).ShouldBe(all[^1].Value - window.Append(all[^1].Value).Min(), 0.0002);
                }
            }
        });
    }

    [Fact]
    public void At_the_bound_no_extreme_within_the_window_is_forgotten()
    {
        var customer = New();
        Earn(customer, 0.1, 0, Time.Start);
        Earn(customer, 30, 0, Time.Hour(0.5));
        var high = Intimacy(customer, Time.Hour(0.5));
        for (var quarter = 3; quarter <= 4 * 24 + 1; quarter++)
        {
            Earn(customer, 0, 0.1, Time.Hour(quarter / 4.0));
            customer.IntimacyFall(Time.Hour(quarter / 4.0)).ShouldBe(high - Intimacy(customer, Time.Hour(quarter / 4.0)), 0.0002);
        }

        customer.Engagement.Samples.Length.ShouldBe(Limits.ShiftSamples);
    }

    private static double Intimacy(CustomerState customer, Instant at)
    {
        var (liked, disliked) = (
            customer.Engagement.Liked.At(at, Measures.IntimacyHalfLife), customer.Engagement.Disliked.At(at, Measures.IntimacyHalfLife));
        return 100 * (liked - disliked) / (liked + disliked + 15);
    }

    private static CustomerState New()
    {
        var customer = new CustomerState(new CustomerKey(1));
        Fold(customer, new CustomerMet(new Identifier("user_id", "1"), Time.Start), new MeasuresAdopted(Measures));
        return customer;
    }

    private static void Earn(CustomerState customer, double liked, double disliked, Instant at) => Fold(
        customer,
        new InteractionObserved($"{customer.Version}", "rated", "web", at, Properties.Empty, true, Evidence.None, null),
        new EngagementEarned(0, 0, liked, disliked, 0, at));

    private static void Fold(CustomerState customer, params Fact[] facts) =>
        Customer.Evolve(customer, new Turn(customer.Version + 1, Time.Start, 1, [.. facts]));

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
