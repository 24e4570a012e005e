using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Tests.Thresholds;

public sealed class ThresholdParserTests
{
    [Theory]
    [InlineData("p99 < 50ms", Metric.Percentile, 0.99, "<", BoundKind.Nanoseconds, 50e6)]
    [InlineData("p99.9<=1.5s", Metric.Percentile, 0.999, "<=", BoundKind.Nanoseconds, 1.5e9)]
    [InlineData(" max  <  2m ", Metric.Max, 0, "<", BoundKind.Nanoseconds, 120e9)]
    [InlineData("mean < 300us", Metric.Mean, 0, "<", BoundKind.Nanoseconds, 300e3)]
    [InlineData("min > 10ns", Metric.Min, 0, ">", BoundKind.Nanoseconds, 10)]
    [InlineData("errors < 0.1%", Metric.Errors, 0, "<", BoundKind.Share, 0.001)]
    [InlineData("errors == 0", Metric.Errors, 0, "==", BoundKind.Number, 0)]
    [InlineData("refused != 3", Metric.Refused, 0, "!=", BoundKind.Number, 3)]
    [InlineData("retries <= 100%", Metric.Retries, 0, "<=", BoundKind.Share, 1)]
    [InlineData("rate >= 1900", Metric.Rate, 0, ">=", BoundKind.Number, 1900)]
    [InlineData("sent > 5", Metric.Sent, 0, ">", BoundKind.Number, 5)]
    [InlineData("answered > 5", Metric.Answered, 0, ">", BoundKind.Number, 5)]
    public void What_can_be_said(string text, Metric metric, double percentile, string comparison, BoundKind kind, double bound)
    {
        var threshold = ThresholdParser.Parse(text, out var mistake).ShouldNotBeNull();
        mistake.ShouldBeNull();
        (threshold.Metric, threshold.Percentile, threshold.Operator, threshold.Kind, threshold.Phase).ShouldBe((metric, percentile, comparison, kind, null));
        threshold.Bound.ShouldBeInRange(bound * (1 - 1e-12), bound * (1 + 1e-12));
    }

    [Fact]
    public void A_phase_stands_in_front()
    {
        var threshold = Threshold.Parse("warm-up_2 : p50 < 1ms");
        (threshold.Phase, threshold.Text, threshold.ToString()).ShouldBe(("warm-up_2", "p50 < 1ms", "warm-up_2: p50 < 1ms"));
        Threshold.Parse(threshold.ToString()).ShouldBe(threshold);
    }

    [Theory]
    [InlineData("", 1, "There is no metric")]
    [InlineData("speed > 3", 1, "There is no metric \"speed\"")]
    [InlineData("p0 < 1ms", 1, "There is no metric \"p0\"")]
    [InlineData("p100.1 < 1ms", 1, "There is no metric")]
    [InlineData("steady: quick < 1ms", 9, "There is no metric \"quick\"")]
    [InlineData(": p99 < 1ms", 1, "The name of a phase")]
    [InlineData("p99 50ms", 5, "One of < <= > >= == !=")]
    [InlineData("p99 = 50ms", 5, "One of < <= > >= == !=")]
    [InlineData("p99 < fast", 7, "A number stands here")]
    [InlineData("p99 < 1.2.3ms", 7, "A number stands here")]
    [InlineData("p99 < 50", 9, "A latency has a unit")]
    [InlineData("p99 < 50%", 9, "A latency has a unit")]
    [InlineData("rate > 50%", 10, "A number without a unit")]
    [InlineData("errors < 5ms", 11, "A number or a percentage")]
    [InlineData("errors < 101%", 13, "A share is at most 100%")]
    [InlineData("p99 < 50ms or so", 12, "Nothing more is expected")]
    public void Mistakes_are_told_with_their_place(string text, int column, string message)
    {
        ThresholdParser.Parse(text, out var mistake).ShouldBeNull();
        mistake.ShouldNotBeNull().Message.ShouldStartWith(message);
        mistake.Column.ShouldBe(column);
    }

    [Theory]
    [InlineData("errors < 2", true, false, false)]
    [InlineData("errors <= 2", true, true, false)]
    [InlineData("errors > 2", false, false, true)]
    [InlineData("errors >= 2", false, true, true)]
    [InlineData("errors == 2", false, true, false)]
    [InlineData("errors != 2", true, false, true)]
    public void Bounds_hold_below_at_and_above(string text, bool below, bool at, bool above)
    {
        var threshold = Threshold.Parse(text);
        (threshold.Holds(1), threshold.Holds(2), threshold.Holds(3)).ShouldBe((below, at, above));
    }
}
