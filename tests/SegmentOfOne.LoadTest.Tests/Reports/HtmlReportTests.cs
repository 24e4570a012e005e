using System.Xml;
using System.Xml.Linq;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Reports.Html;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;

namespace SegmentOfOne.LoadTest.Tests.Reports;

public sealed class HtmlReportTests
{
    [Fact]
    public void A_page_is_well_formed_and_has_what_the_report_has()
    {
        var page = Parse(HtmlReport.Of(SampleReport.Create(), null));
        page.Descendants("figure").Select(figure => figure.Descendants("h2").Single().Value)
            .ShouldBe(["Latency by percentile", "Calls a second", "Latency over time", "Calls in flight"]);
        Cells(page, "Thresholds").ShouldBe([["p99 < 1s", "0.99 ms", "holds"], ["errors == 0", "1", "fails"]]);
        Cells(page, "Errors").ShouldBe([["UNAVAILABLE", "1"]]);
        Cells(page, "Refusals, with the time to come back").ShouldBe([["RESOURCE_EXHAUSTED overloaded", "1"]]);
        Cells(page, "Phases").Select(row => row[0]).ShouldBe(["warm (warm-up)", "steady", "whole"]);
        page.Descendants("span").Single(span => (string?)span.Attribute("class") == "badge bad" && span.Parent!.Name == "h1").Value.ShouldBe("failed");
    }

    [Fact]
    public void A_page_needs_nothing_else()
    {
        var report = SampleReport.Create();
        var page = Parse(HtmlReport.Of(report, report));
        page.Descendants().Select(element => element.Name.LocalName).ShouldNotContain("script");
        page.Descendants().Select(element => element.Name.LocalName).ShouldNotContain("link");
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).Intersect(["src", "href", "srcset", "action", "data", "poster", "background"]).ShouldBeEmpty();
        var style = page.Descendants("style").Single().Value;
        style.ShouldNotContain("url(");
        style.ShouldNotContain("@import");
        style.ShouldContain("@media print");
        style.ShouldContain("prefers-color-scheme: dark");
    }

    [Fact]
    public void Whatever_text_there_is_is_text()
    {
        const string Evil = "<script>alert(\"x\")</script> & '";
        var report = SampleReport.Create();
        report.Phases[1].Figures.End(new CallFailure(Evil, false, null));
        report.Scenario["name"] = Evil;
        report.Scenario["description"] = Evil;
        report = report with { Against = Evil, Faults = [Evil], Parts = [report.Parts[0] with { Machine = Evil }], Verdicts = [new Verdict(Evil, false, Evil)], Phases = [.. report.Phases.Select(phase => phase with { Name = Evil + phase.Name })] };

        var text = HtmlReport.Of(report, report);
        var page = Parse(text);
        page.Descendants().ShouldNotContain(element => element.Name.LocalName == "script");
        text.ShouldNotContain("<script");
        page.Descendants("code").Single().Value.ShouldBe(Evil);
        page.Descendants("h1").Single().FirstNode!.ToString().ShouldContain("&lt;script");
        Cells(page, "Errors").ShouldContain(row => row[0] == Evil);
    }

    [Fact]
    public void Another_run_is_laid_beside_it()
    {
        var report = SampleReport.Create();
        var other = SampleReport.Create(slower: 2);
        var page = Parse(HtmlReport.Of(report, other));
        var rows = Cells(page, "Compared with");
        rows.Single(row => row[0] == "max").ShouldBe(["max", "1.00 ms", "2.00 ms", "-50.0%"]);
        rows.Single(row => row[0] == "errors").ShouldBe(["errors", "1", "1", "0%"]);
        page.Descendants("path").Count(path => (string?)path.Attribute("class") == "line other").ShouldBe(2);
        page.ToString().ShouldNotContain("another scenario");

        other.Scenario["connections"] = 77;
        Parse(HtmlReport.Of(report, other)).ToString().ShouldContain("another scenario");
    }

    [Theory]
    [InlineData(5, 99, null)]
    [InlineData(5, 101, "this program is slower than the rate")]
    [InlineData(ScenarioLimits.InFlight, 101, "the service is slower than the rate")]
    public void Calls_that_were_sent_late_are_told_with_the_reason(int inFlight, int lateMilliseconds, string? told)
    {
        var report = SampleReport.Create();
        report.Phases[1].Figures.Counts.Send(inFlight);
        report.Phases[1].Figures.Lateness.Record(lateMilliseconds * 1_000_000L);
        var warning = Parse(HtmlReport.Of(report, null)).Descendants("p").SingleOrDefault(paragraph => (string?)paragraph.Attribute("class") == "warning")?.Value;
        (warning is null).ShouldBe(told is null);
        (warning ?? "").ShouldContain(told ?? "");
    }

    [Fact]
    public void A_run_in_which_nothing_was_answered_has_a_page_too()
    {
        var report = SampleReport.Create() with { Phases = [], Timeline = new Timeline(), Verdicts = [] };
        Parse(HtmlReport.Of(report, report)).Descendants("h1").Single().Value.ShouldContain("nothing was measured");
        HtmlReport.Of(report, null).ShouldNotContain("NaN");
    }

    [Fact]
    public void Every_point_of_every_chart_is_within_it()
    {
        foreach (var svg in Parse(HtmlReport.Of(SampleReport.Create(), SampleReport.Create(slower: 3_000))).Descendants("svg").Where(svg => (string?)svg.Attribute("class") == "chart"))
        {
            var size = ((string)svg.Attribute("viewBox")!).Split(' ').Select(double.Parse).ToArray();
            foreach (var line in svg.Elements("path").Where(path => ((string)path.Attribute("class")!).StartsWith("line ")))
            {
                foreach (var point in ((string)line.Attribute("d")!).Replace("h0.1", "").Split('M', 'L').Skip(1))
                {
                    double[] place = [.. point.Split(' ').Select(double.Parse)];
                    place[0].ShouldBeInRange(0, size[2]);
                    place[1].ShouldBeInRange(0, size[3]);
                }
            }
        }
    }

    private static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    private static List<string[]> Cells(XElement page, string title) =>
    [
        .. page.Descendants("section").Single(section => section.Element("h2")!.Value.StartsWith(title)).Descendants("tbody").Single().Elements("tr")
            .Select(row => row.Elements("td").Select(cell => cell.Value).ToArray()),
    ];
}
