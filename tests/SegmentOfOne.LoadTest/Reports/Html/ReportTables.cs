using System.Globalization;
using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Measure;

namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>The tables of a report's page.</summary>
internal static class ReportTables
{
    private static readonly double[] Shares = [0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    /// <summary>Every phase and the whole, a line each.</summary>
    public static void Phases(Markup page, LoadReport report)
    {
        Begin(page, "Phases", "phase", "load", "seconds", "sent", "answered", "refused", "errors", "retries", "rate", "in flight", "p50", "p90", "p99", "p99.9", "p99.99", "max", "sent late, p99");
        var loads = (report.Scenario["phases"] as JsonArray ?? []).ToLookup(phase => (string?)phase?["name"], Load);
        foreach (var phase in report.Phases.Append(report.Whole))
        {
            var (figures, counts) = (phase.Figures, phase.Figures.Counts);
            Row(
                page, phase.WarmUp ? "quiet" : "",
                [
                    phase.WarmUp ? $"{phase.Name} (warm-up)" : phase.Name, loads[phase.Name].FirstOrDefault() ?? "",
                    phase.Seconds.ToString("#,0.0", CultureInfo.InvariantCulture), Show(counts.Sent), Show(counts.Answered), Show(counts.Refused), Show(counts.Failed),
                    Show(counts.Retries), Show(phase.Seconds > 0 ? counts.Answered / phase.Seconds : 0) + "/s", Show(counts.MostInFlight),
                    .. Shares.Select(share => counts.Answered > 0 ? LatencyTable.Readable(counts.Latency.Percentile(share)) : "-"),
                    figures.Lateness.Count > 0 ? LatencyTable.Readable(figures.Lateness.Percentile(0.99)) : "-",
                ]);
        }
        End(page);
    }

    /// <summary>What failed and what was refused, by code; nothing where nothing did.</summary>
    public static void Failures(Markup page, LoadReport report)
    {
        var whole = report.Whole.Figures;
        if (whole.Errors.Count > 0)
        {
            Begin(page, "Errors", "code", "calls");
            foreach (var (name, count) in whole.Errors)
            {
                Row(page, "", [name, Show(count)]);
            }
            End(page);
        }
        if (whole.Refusals.Count > 0)
        {
            Begin(page, "Refusals, with the time to come back", "code", "refusals");
            foreach (var (name, count) in whole.Refusals)
            {
                Row(page, "", [name, Show(count)]);
            }
            End(page);
            page.Add($"<p>{Show(whole.Counts.Retries)} repeats. Callers were asked to stay away for {LatencyTable.Readable(whole.Pushback.Percentile(0.5))} (median), {LatencyTable.Readable(whole.Pushback.MaxNanoseconds)} at most.</p>\n");
        }
    }

    /// <summary>The processes and their machines.</summary>
    public static void Parts(Markup page, LoadReport report)
    {
        Begin(page, "Processes", "share", "machine", "processor", "cores", "memory", "system", "runtime", "program");
        foreach (var part in report.Parts)
        {
            Row(
                page, "",
                [
                    part.Share, part.Machine, part.Processor, part.Cores.ToString(CultureInfo.InvariantCulture),
                    (part.MemoryBytes / (double)(1 << 30)).ToString("0.0 'GiB'", CultureInfo.InvariantCulture), part.System, part.Runtime, part.Program,
                ]);
        }
        End(page);
    }

    private static void Begin(Markup page, string title, params ReadOnlySpan<string> headings)
    {
        page.Add($"<section><h2>{title}</h2><div class=\"wide\"><table class=\"numbers\"><thead><tr>");
        foreach (var heading in headings)
        {
            page.Add($"<th>{heading}</th>");
        }
        page.Raw("</tr></thead><tbody>");
    }

    private static void Row(Markup page, string style, IEnumerable<string> cells)
    {
        page.Add($"<tr class=\"{style}\">");
        foreach (var cell in cells)
        {
            page.Add($"<td>{cell}</td>");
        }
        page.Raw("</tr>");
    }

    private static void End(Markup page) => page.Raw("</tbody></table></div></section>\n");

    private static string Load(JsonNode? phase) =>
        phase?["open"] is { } open ? $"open, {Level(open["rate"])}/s, {open["arrivals"]}"
        : phase?["closed"] is { } closed ? $"closed, {Level(closed["in_flight"])} callers"
        : "";

    private static string Level(JsonNode? level) => level is JsonObject ramp
        ? $"{ramp["from"]} to {ramp["to"]}{(ramp["steps"] is { } steps ? $" in {steps} steps" : "")}"
        : $"{level}";

    private static string Show(double value) => HtmlReport.Show(value);
}
