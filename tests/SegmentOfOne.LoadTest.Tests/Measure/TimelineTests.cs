using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Tests.Measure;

public sealed class TimelineTests
{
    [Fact]
    public void A_long_run_has_longer_stretches_not_more_of_them_and_loses_nothing()
    {
        var timeline = new Timeline();
        for (var second = 0; second < 3_000; second++)
        {
            var stretch = timeline.At(TimeSpan.FromSeconds(second));
            stretch.Send(inFlight: second % 10);
            stretch.Answer(second);
            timeline.Stretches.Count.ShouldBeLessThanOrEqualTo(Timeline.MostStretches);
        }
        timeline.Seconds.ShouldBe(16);
        timeline.Stretches.Count.ShouldBe(188);
        timeline.Stretches.Sum(stretch => stretch.Sent).ShouldBe(3_000);
        for (var stretch = 0; stretch < 187; stretch++)
        {
            (timeline.Stretches[stretch].Latency.MinNanoseconds, timeline.Stretches[stretch].Latency.MaxNanoseconds).ShouldBe((stretch * 16, (stretch * 16) + 15));
            timeline.Stretches[stretch].MostInFlight.ShouldBe(9);
        }
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(50, 2_000)]
    [InlineData(2_000, 50)]
    public void Timelines_of_different_stretches_add_up_second_by_second(int one, int other)
    {
        var sum = Of(one);
        sum.Add(Of(other));
        var both = Math.Min(one, other);
        for (var stretch = 0; stretch < sum.Stretches.Count; stretch++)
        {
            var begin = stretch * sum.Seconds;
            Enumerable.Range(begin, sum.Seconds).Sum(second => (second < one ? 1 : 0) + (second < other ? 1 : 0)).ShouldBe((int)sum.Stretches[stretch].Sent, $"from second {begin}");
            sum.Stretches[stretch].MostInFlight.ShouldBe(begin < both ? 2 : 1);
        }
        sum.Stretches.Sum(stretch => stretch.Sent).ShouldBe(one + other);
    }

    private static Timeline Of(int seconds)
    {
        var timeline = new Timeline();
        for (var second = 0; second < seconds; second++)
        {
            timeline.At(TimeSpan.FromSeconds(second)).Send(inFlight: 1);
        }
        return timeline;
    }
}
