using System.Xml.Linq;
using SegmentOfOne.Benchmarks.Figures;
using SegmentOfOne.Benchmarks.Plots;

namespace SegmentOfOne.LoadTest.Tests.Benchmarks;

public sealed class LimitsTests
{
    [Fact]
    public void The_table_says_of_each_target_what_was_found_or_that_nothing_was()
    {
        using var folder = new ScratchFolder();
        Results.Write(new Quantity("disk", "What a turn leaves.", "B", 250, AtLeast: false, [Of(300), Of(206), Of(240)]), folder.Path);
        Results.Write(new Quantity("cold", "Touches.", "activations/s", 20_000, AtLeast: true, [Of(15_000)]), folder.Path);

        var rows = LimitsTable.Write(folder.Path).Split('\n');

        rows.Single(row => row.Contains("(disk.md)")).ShouldContain("| ≤ 250 B | 240 B | 206 B to 300 B | met |");
        rows.Single(row => row.Contains("(cold.md)")).ShouldContain("| ≥ 20,000 activations/s | 15,000 activations/s | 15,000 activations/s to 15,000 activations/s | **not met** |");
        rows.Count(row => row.Contains("not measured")).ShouldBe(rows.Count(row => row.StartsWith("| ", StringComparison.Ordinal)) - 3);
    }

    [Fact]
    public void A_quantity_is_written_with_what_was_seen_beside_it()
    {
        using var folder = new ScratchFolder();
        var text = Results.Write(new Quantity("disk", "What a turn leaves.", "B", 250, AtLeast: false, [Of(300), Of(206)]), folder.Path);
        text.ShouldContain("# disk: 253 B (at most 250 B: not met)");
        text.ShouldContain("| 2 | 206.00 | 7 |");
    }

    [Fact]
    public void A_plot_is_xml_in_which_more_stands_higher_and_further_right()
    {
        using var folder = new ScratchFolder();
        Results.Write(new Curve("rate", "Rates.", "offered turns/s", [Point(1_000, 5), Point(2_000, 50)]), folder.Path);

        var svg = XDocument.Load(LimitPlots.Write(folder.Path).Single());

        var p99 = svg.Descendants().Where(line => line.Name.LocalName == "polyline").Last().Attribute("points")!.Value.Split(' ', ',').Select(double.Parse).ToArray();
        p99[2].ShouldBeGreaterThan(p99[0]);
        p99[3].ShouldBeLessThan(p99[1]);
    }

    private static Sample Of(double value) => new(value, new Dictionary<string, double> { ["turns"] = 7 });

    private static CurvePoint Point(double at, double milliseconds) =>
        new(at, new Measured("gateway", at, milliseconds / 2, milliseconds, 0, 10, 5, 100, 3, 50), new Dictionary<string, double>());
}
