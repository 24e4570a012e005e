using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Tests.Measure;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Shares = [0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1];

    [Fact]
    public void Every_percentile_is_within_one_percent_of_the_exact_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Durations, durations =>
        {
            var histogram = Of(durations);
            long[] sorted = [.. durations.Order()];
            foreach (var share in Shares)
            {
                var exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
                Math.Abs(histogram.Percentile(share) - exact).ShouldBeLessThanOrEqualTo(exact / 100, $"share {share}");
            }
        }));

    [Fact]
    public void Two_histograms_add_up_to_the_histogram_of_both() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Durations, Durations, (some, others) =>
        {
            var sum = Of(some);
            sum.Add(Of(others));
            var both = Of([.. some, .. others]);
            (sum.Count, sum.MinNanoseconds, sum.MaxNanoseconds).ShouldBe((both.Count, both.MinNanoseconds, both.MaxNanoseconds));
            sum.MeanNanoseconds.ShouldBe(both.MeanNanoseconds, 1e-9 * both.MeanNanoseconds);
            Shares.Select(sum.Percentile).ShouldBe(Shares.Select(both.Percentile));
        }));

    [Fact]
    public void Adding_is_exact_and_in_any_order_the_same() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Durations, Durations, Durations, (a, b, c) =>
        {
            var leftFirst = Sum(Sum(Of(a), Of(b)), Of(c));
            var rightFirst = Sum(Of(a), Sum(Of(b), Of(c)));
            var turned = Sum(Of(c), Sum(Of(b), Of(a)));
            Content(leftFirst).ShouldBe(Content(Of([.. a, .. b, .. c])));
            Content(rightFirst).ShouldBe(Content(leftFirst));
            Content(turned).ShouldBe(Content(leftFirst));
        }));

    [Fact]
    public void What_it_says_makes_the_same_histogram_again() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Durations, durations =>
        {
            var histogram = Of(durations);
            var again = LatencyHistogram.Of(histogram.Buckets, histogram.SumNanoseconds, histogram.MinNanoseconds, histogram.MaxNanoseconds);
            Content(again).ShouldBe(Content(histogram));
            Shares.Select(again.Percentile).ShouldBe(Shares.Select(histogram.Percentile));
        }));

    [Theory]
    [InlineData(-1, 1, 0, 0)]
    [InlineData(5_000, 1, 0, 0)]
    [InlineData(3, 0, 3, 3)]
    [InlineData(3, 1, 2, 3)]
    [InlineData(3, 1, 3, 4)]
    public void What_no_histogram_says_is_refused(int bucket, long count, long min, long max) =>
        Should.Throw<InvalidDataException>(() => LatencyHistogram.Of([(bucket, count)], 3, min, max));

    [Fact]
    public void Shortest_longest_and_mean_are_exact()
    {
        var histogram = Of([3, 1_000_003, 500]);
        (histogram.Count, histogram.MinNanoseconds, histogram.MaxNanoseconds).ShouldBe((3, 3, 1_000_003));
        histogram.MeanNanoseconds.ShouldBe(1_000_506 / 3.0);
    }

    [Fact]
    public void An_empty_one_says_nothing()
    {
        var histogram = new LatencyHistogram();
        (histogram.Count, histogram.MinNanoseconds, histogram.MaxNanoseconds, histogram.MeanNanoseconds, histogram.Percentile(0.5)).ShouldBe((0, 0, 0, 0, 0));
        histogram.Add(Of([7]));
        histogram.MinNanoseconds.ShouldBe(7);
    }

    [Fact]
    public void What_is_longer_than_the_top_is_counted_and_its_longest_kept()
    {
        var histogram = Of([-5, LatencyHistogram.TopNanoseconds + 1, long.MaxValue]);
        (histogram.Count, histogram.MinNanoseconds, histogram.MaxNanoseconds).ShouldBe((3, 0, long.MaxValue));
        histogram.Percentile(1).ShouldBe(long.MaxValue);
        histogram.Percentile(0.3).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(-1)]
    public void A_share_outside_of_0_to_1_is_an_error(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Of([1]).Percentile(share));

    /// <summary>1 to 400 durations of any size from nanoseconds to an hour: the size first, then the value.</summary>
    private static Arbitrary<long[]> Durations =>
        Gen.Choose(0, 41).SelectMany(bits => Gen.Choose(0, int.MaxValue).Select(fraction => (long)((1.0 + fraction / (double)int.MaxValue) * (1L << bits)) - 1))
            .ArrayOf().Where(durations => durations.Length > 0).ToArbitrary();

    private static (string, UInt128, long, long, long) Content(LatencyHistogram histogram) =>
        (string.Join(' ', histogram.Buckets), histogram.SumNanoseconds, histogram.Count, histogram.MinNanoseconds, histogram.MaxNanoseconds);

    private static LatencyHistogram Sum(LatencyHistogram one, LatencyHistogram other)
    {
        one.Add(other);
        return one;
    }

    private static LatencyHistogram Of(long[] durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Record(duration);
        }
        return histogram;
    }
}
