using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Tests.Simulation;

public sealed class ArrivalsTests
{
    [Fact]
    public void Constant_arrivals_have_even_gaps() =>
        Arrivals.At(200, ArrivalPattern.Constant, seed: 1).Take(4).Select(at => at.TotalMilliseconds).ShouldBe([0, 5, 10, 15]);

    [Fact]
    public void Poisson_arrivals_keep_the_rate_with_gaps_as_wide_as_their_mean()
    {
        TimeSpan[] arrivals = [.. Arrivals.At(200, ArrivalPattern.Poisson, seed: 1).Take(100_001)];
        double[] gaps = [.. arrivals.Zip(arrivals.Skip(1), (earlier, later) => (later - earlier).TotalSeconds)];
        gaps.ShouldAllBe(gap => gap >= 0);
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => Math.Pow(gap - mean, 2)));
        // An exponential gap deviates by its mean; 100,000 of them leave 2 % for chance.
        mean.ShouldBe(1.0 / 200, 0.02 / 200);
        deviation.ShouldBe(mean, 0.02 * mean);
    }

    [Fact]
    public void The_same_seed_arrives_at_the_same_times() =>
        Arrivals.At(200, ArrivalPattern.Poisson, seed: 9).Take(50).ShouldBe(Arrivals.At(200, ArrivalPattern.Poisson, seed: 9).Take(50));
}
