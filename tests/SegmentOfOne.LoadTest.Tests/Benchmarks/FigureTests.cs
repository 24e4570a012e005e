using SegmentOfOne.Benchmarks.Figures;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

public sealed class FigureTests
{
    [Theory]
    [InlineData(new[] { 0.3, 0.5, 0.4 }, 0.4)]
    [InlineData(new[] { 0.3, 0.6, 0.4, 0.5 }, 0.45)]
    [InlineData(new[] { 0.7 }, 0.7)]
    public void The_median_stands_in_the_middle(double[] ratios, double median) => Of(ratios, 1, true).Median.ShouldBe(median, 1e-12);

    [Theory]
    [InlineData(0.45, true, true)]
    [InlineData(0.46, true, false)]
    [InlineData(0.45, false, true)]
    [InlineData(0.44, false, false)]
    public void A_target_is_met_from_its_own_side(double target, bool atLeast, bool met) => Of([0.45], target, atLeast).Met.ShouldBe(met);

    [Fact]
    public void What_is_written_says_target_machine_and_every_pair()
    {
        using var folder = new ScratchFolder();
        var text = Results.Write(Of([0.4, 0.6, 0.5], 0.45, true), folder.Path);
        text.ShouldContain("0.50 (at least 0.45: met)");
        text.ShouldContain("range 0.40 to 0.60");
        text.ShouldContain($"{Environment.ProcessorCount} cores");
        text.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("subject")).ShouldBe(3);
        File.ReadAllText(folder["name.md"]).ShouldBe(text);
        File.ReadAllText(folder["name.json"]).ShouldContain("\"median\": 0.5");
    }

    private static Figure Of(double[] ratios, double target, bool atLeast) =>
        new("name", "What is measured.", target, atLeast, [.. ratios.Select(ratio => new Pair(Run("subject"), Run("reference"), ratio))]);

    private static Measured Run(string server) => new(server, 1_000, 1, 2, 0, 10, 5, 100, 3, 50);
}
