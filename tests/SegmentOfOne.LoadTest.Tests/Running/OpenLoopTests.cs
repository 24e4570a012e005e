using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Tests.Running;

public sealed class OpenLoopTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public void Even_gaps_of_several_parts_interleave_evenly()
    {
        double[] whole = [.. Dues(Ramp.Level(30), ArrivalPattern.Constant, Share.Whole)];
        double[] parts = [.. Enumerable.Range(0, 3).SelectMany(part => Dues(Ramp.Level(30), ArrivalPattern.Constant, new Share(part, 3))).Order()];
        whole.Length.ShouldBe(300);
        parts.ShouldBe(whole, 1e-6);
    }

    [Fact]
    public void A_ramp_sends_what_its_rate_adds_up_to_when_it_does()
    {
        double[] dues = [.. Dues(new Ramp(0, 200), ArrivalPattern.Constant, Share.Whole)];
        // 200 at the end, half of that on the mean; a quarter of the calls by half of the time.
        dues.Length.ShouldBe(1_000);
        dues.Count(due => due < 5).ShouldBe(250);
    }

    [Fact]
    public void Steps_have_levels_of_equal_length()
    {
        double[] dues = [.. Dues(new Ramp(10, 40, Steps: 4), ArrivalPattern.Constant, Share.Whole)];
        Enumerable.Range(0, 4).Select(step => dues.Count(due => due >= 2.5 * step - 1e-9 && due < 2.5 * (step + 1) - 1e-9)).ShouldBe([25, 50, 75, 100]);
    }

    [Fact]
    public void Random_arrivals_of_parts_differ_and_come_as_often_as_the_rate_says()
    {
        var dues = Enumerable.Range(0, 4).Select(part => Dues(Ramp.Level(1_000), ArrivalPattern.Poisson, new Share(part, 4), seed: (ulong)part).ToList()).ToList();
        // Poisson: 10,000 give or take six standard deviations; a quarter in each part.
        dues.Sum(part => part.Count).ShouldBeInRange(9_400, 10_600);
        dues.ShouldAllBe(part => part.Count >= 2_200 && part.Count <= 2_800);
        dues.SelectMany(part => part.Take(10)).Distinct().Count().ShouldBeGreaterThan(36);
    }

    [Theory]
    [InlineData(0, 10, null)]
    [InlineData(10, 0, null)]
    [InlineData(3, 3, null)]
    [InlineData(0, 9, 4)]
    [InlineData(9, 1, 5)]
    public void What_has_come_by_a_time_is_the_integral_of_the_level(double from, double to, int? steps)
    {
        var ramp = new Ramp(from, to, steps);
        const int Slices = 100_000;
        double sum = 0;
        for (var slice = 0; slice < Slices; slice++)
        {
            if (slice % 1_000 == 500)
            {
                // Where nothing comes for a while, any time of that while would be right.
                ramp.At((double)slice / Slices).ShouldBeGreaterThanOrEqualTo(0);
                if (sum > 0)
                {
                    ramp.Reached(sum).ShouldBe((double)slice / Slices, 2e-4, $"{sum}");
                }
            }
            sum += ramp.At((slice + 0.5) / Slices) / Slices;
        }
        sum.ShouldBe(ramp.Mean, 1e-6);
    }

    [Fact]
    public void Callers_of_parts_add_up_at_every_time()
    {
        var load = new Load.Closed(new Ramp(2, 31), TimeSpan.Zero, null);
        for (var passed = 0.0; passed < 1; passed += 0.01)
        {
            Enumerable.Range(0, 4).Sum(part => ClosedLoop.Wanted(load, new Share(part, 4), passed)).ShouldBe((int)Math.Round(2 + 29 * passed));
        }
    }

    private static IEnumerable<double> Dues(Ramp rate, ArrivalPattern arrivals, Share share, ulong seed = 5) =>
        OpenLoop.Dues(new Load.Open(rate, arrivals), TenSeconds, share, seed).Select(due => due.TotalSeconds);
}
