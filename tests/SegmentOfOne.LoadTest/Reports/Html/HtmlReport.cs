using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;

namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>A report as one page that needs nothing else: no network, no script. It is XML too.</summary>
public static class HtmlReport
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, double Share)[] Percentiles =
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999), ("max", 1)];

    /// <summary>Writes the page of a report.</summary>
    /// <param name="compare">Another run to lay beside it; null: none.</param>
    public static void Write(LoadReport report, LoadReport? compare, string path) => File.WriteAllText(path, Of(report, compare));

    /// <summary>The page of a report.</summary>
    public static string Of(LoadReport report, LoadReport? compare)
    {
        var page = new Markup();
        var name = (string?)report.Scenario["name"] ?? "run";
        page.Add($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>{name}, {When(report)}</title><style>\n");
        page.Raw(StyleSheet);
        page.Raw("</style></head><body><main>\n");
        Head(page, report, name);
        Tiles(page, report);
        Verdicts(page, report);
        ReportCharts.Latency(report, compare).Draw(page);
        if (compare is not null)
        {
            Comparison(page, report, compare);
        }
        ReportCharts.Rate(report).Draw(page);
        ReportCharts.LatencyOverTime(report).Draw(page);
        ReportCharts.InFlight(report).Draw(page);
        ReportTables.Phases(page, report);
        ReportTables.Failures(page, report);
        ReportTables.Parts(page, report);
        page.Add($"<details><summary>The scenario</summary><pre>{report.Scenario.ToJsonString(Readable)}</pre></details>\n</main></body></html>\n");
        return page.ToString();
    }

    /// <summary>When a run began, to the second.</summary>
    internal static string When(LoadReport report) => report.Began.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A number with groups of three digits.</summary>
    internal static string Show(double value) => value.ToString(Math.Abs(value) < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    private static void Head(Markup page, LoadReport report, string name)
    {
        var (verdict, style) = report.ExitCode switch
        {
            Outcome.Good => ("passed", "good"),
            Outcome.Bad => ("failed", "bad"),
            _ => ("nothing was measured", "bad"),
        };
        page.Add($"<header><h1>{name} <span class=\"badge {style}\">{verdict}</span></h1>");
        if ((string?)report.Scenario["description"] is { Length: > 0 } description)
        {
            page.Add($"<p>{description}</p>");
        }
        page.Add($"<p class=\"quiet\">{When(report)}, against {report.Against}, seed {report.Scenario["population"]?["seed"]?.ToString()}. {ReportText.Title(report).TrimEnd(':')}.</p></header>\n");
        foreach (var fault in report.Faults)
        {
            page.Add($"<p class=\"fault\">{fault}</p>\n");
        }
        if (ReportText.Lateness(report.Whole.Figures) is { } lateness)
        {
            page.Add($"<p class=\"warning\">{lateness}</p>\n");
        }
    }

    private static void Tiles(Markup page, LoadReport report)
    {
        var whole = report.Whole;
        var counts = whole.Figures.Counts;
        page.Raw("<ul class=\"tiles\">");
        Tile("answered", Show(counts.Answered), $"of {Show(whole.Figures.Due)}");
        Tile("rate", Show(whole.Seconds > 0 ? counts.Answered / whole.Seconds : 0), "a second");
        foreach (var (name, share) in Percentiles.Where(percentile => percentile.Name is "p50" or "p99" or "p99.9" or "max"))
        {
            Tile(name, counts.Answered > 0 ? LatencyTable.Readable(counts.Latency.Percentile(share)) : "-", "");
        }
        Tile("errors", Show(counts.Failed), Part(counts.Failed, whole.Figures.Due));
        Tile("refused", Show(counts.Refused), Part(counts.Refused, whole.Figures.Due));
        page.Raw("</ul>\n");

        void Tile(string what, string value, string more) => page.Add($"<li><span>{what}</span><strong>{value}</strong><span>{more}</span></li>");
    }

    private static void Verdicts(Markup page, LoadReport report)
    {
        page.Raw("<section><h2>Thresholds</h2><table><thead><tr><th>what must hold</th><th>found</th><th></th></tr></thead><tbody>");
        foreach (var verdict in report.Verdicts)
        {
            page.Add($"<tr><td><code>{verdict.Threshold}</code></td><td>{verdict.Found}</td><td><span class=\"badge {(verdict.Holds ? "good" : "bad")}\">{(verdict.Holds ? "holds" : "fails")}</span></td></tr>");
        }
        page.Raw("</tbody></table></section>\n");
    }

    private static void Comparison(Markup page, LoadReport report, LoadReport compare)
    {
        var (here, there) = (report.Whole, compare.Whole);
        page.Add($"<section><h2>Compared with {(string?)compare.Scenario["name"]}, {When(compare)}</h2>");
        if (!JsonNode.DeepEquals(ReportMerge.Comparable(report, seeds: false), ReportMerge.Comparable(compare, seeds: false)))
        {
            page.Raw("<p>The other run had another scenario.</p>");
        }
        page.Raw("<table class=\"numbers\"><thead><tr><th>whole</th><th>this run</th><th>the other</th><th>change</th></tr></thead><tbody>");
        Row("rate", Rate(here), Rate(there), value => Show(value) + "/s");
        Row("mean", here.Figures.Counts.Latency.MeanNanoseconds, there.Figures.Counts.Latency.MeanNanoseconds, LatencyTable.Readable);
        foreach (var (name, share) in Percentiles)
        {
            Row(name, here.Figures.Counts.Latency.Percentile(share), there.Figures.Counts.Latency.Percentile(share), LatencyTable.Readable);
        }
        Row("errors", here.Figures.Counts.Failed, there.Figures.Counts.Failed, Show);
        Row("refused", here.Figures.Counts.Refused, there.Figures.Counts.Refused, Show);
        page.Raw("</tbody></table></section>\n");

        void Row(string what, double one, double other, Func<double, string> show) => page.Add(
            $"<tr><td>{what}</td><td>{show(one)}</td><td>{show(other)}</td><td>{(other == 0 ? one == 0 ? "0%" : "new" : ((one - other) / other).ToString("+0.0%;-0.0%;0%", CultureInfo.InvariantCulture))}</td></tr>");
    }

    private static double Rate(PhaseResult phase) => phase.Seconds > 0 ? phase.Figures.Counts.Answered / phase.Seconds : 0;

    private static string Part(long count, long of) => of == 0 ? "" : ((double)count / of).ToString("0.###%", CultureInfo.InvariantCulture);

    private static string StyleSheet { get; } = ReadStyleSheet();

    private static string ReadStyleSheet()
    {
        using var resource = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!);
        return resource.ReadToEnd();
    }
}
