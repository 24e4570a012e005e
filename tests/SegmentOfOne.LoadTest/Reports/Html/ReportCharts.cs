using System.Globalization;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Reports.Html;

/// <summary>The charts of a report.</summary>
internal static class ReportCharts
{
    private const int MostPhases = 5;
    private const int PointsToANine = 40;

    /// <summary>Latency by percentile, the rarest at the right as wide as the rest.</summary>
    /// <param name="compare">Another run; null: none.</param>
    public static Chart Latency(LoadReport report, LoadReport? compare)
    {
        var whole = report.Whole.Figures;
        List<(string Name, string Style, LatencyHistogram Latency)> curves = [("whole", "whole", whole.Counts.Latency)];
        PhaseResult[] phases = [.. report.Phases.Where(phase => !phase.WarmUp && phase.Figures.Counts.Answered > 0)];
        if (phases.Length > 1)
        {
            curves.AddRange(phases.Take(MostPhases).Select((phase, place) => (phase.Name, $"c{place}", phase.Figures.Counts.Latency)));
        }
        if (whole.Corrected.Count > 0)
        {
            curves.Add(("corrected for waiting callers", "corrected", whole.Corrected));
        }
        if (compare?.Whole.Figures.Counts.Latency is { Count: > 0 } other)
        {
            curves.Add(("the other run", "other", other));
        }
        curves.RemoveAll(curve => curve.Latency.Count == 0);

        ChartMark[] marks = [.. report.Verdicts.Select(MarkOf).OfType<ChartMark>()];
        var (across, nines) = Axis.Shares(curves.Select(curve => curve.Latency.Count).DefaultIfEmpty(0).Max());
        var up = Axis.Durations(
            curves.Select(curve => (double)curve.Latency.MinNanoseconds).Concat(marks.Select(mark => mark.Y)).DefaultIfEmpty(1e6).Min(),
            curves.Select(curve => (double)curve.Latency.MaxNanoseconds).Concat(marks.Select(mark => mark.Y)).DefaultIfEmpty(1e7).Max());
        return new Chart(
            "Latency by percentile",
            "How long the slowest of ten, of a hundred, of a thousand … answers took at least. Diamonds are thresholds.",
            across, up, [.. curves.Select(curve => new ChartLine(curve.Name, curve.Style, Curve(curve.Latency, nines)))])
        {
            Height = 360,
            Marks = [.. marks.Where(mark => across.Place(mark.X) <= 1)],
        };
    }

    public static Chart Rate(LoadReport report)
    {
        (string Name, Func<LoadCounts, long> Count)[] all =
            [("sent", counts => counts.Sent), ("answered", counts => counts.Answered), ("refused", counts => counts.Refused), ("errors", counts => counts.Failed)];
        List<ChartLine> lines =
        [
            .. all.Where(each => each.Name is "sent" or "answered" || report.Timeline.Stretches.Any(counts => each.Count(counts) > 0))
                .Select(each => new ChartLine(each.Name, each.Name, [.. report.Timeline.Stretches.Select((counts, place) => (Middle(report, place), each.Count(counts) / Length(report, place)))])),
        ];
        return OverTime(report, "Calls a second", "Sent when they were sent, everything else when they ended.", Axis.Even(Most(lines), Show), lines);
    }

    public static Chart LatencyOverTime(LoadReport report)
    {
        (string Name, double Share)[] percentiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)];
        List<ChartLine> lines = [.. percentiles.Select((percentile, place) => Line(
            report, percentile.Name, $"p{place}", counts => counts.Answered == 0 ? double.NaN : counts.Latency.Percentile(percentile.Share)))];
        var all = lines.SelectMany(line => line.Points).Select(point => point.Y).Where(double.IsFinite).DefaultIfEmpty(1e6).ToList();
        return OverTime(report, "Latency over time", "Of the calls that were answered in each moment.", Axis.Durations(all.Min(), all.Max()), lines);
    }

    public static Chart InFlight(LoadReport report)
    {
        List<ChartLine> lines = [Line(report, "in flight", "answered", counts => counts.MostInFlight)];
        var explanation = report.Parts.Count > 1 ? "The most calls outstanding at once: of all processes the sum, so at most this many." : "The most calls outstanding at once.";
        return OverTime(report, "Calls in flight", explanation, Axis.Even(Most(lines), Show), lines) with { Height = 200 };
    }

    private static Chart OverTime(LoadReport report, string title, string explanation, Axis up, List<ChartLine> lines)
    {
        var seconds = report.Timeline.Seconds;
        var end = Math.Max(seconds * report.Timeline.Stretches.Count, 1);
        return new Chart(title, explanation, Axis.Even(end, value => Show(value) + " s"), up, lines)
        {
            Bands = [.. report.Phases.Select(phase => new ChartBand(phase.WarmUp ? $"{phase.Name} (warm-up)" : phase.Name, phase.BeganSeconds, Math.Min(phase.EndedSeconds, end), phase.WarmUp))],
            Notes = [.. report.Timeline.Stretches.Select((counts, place) =>
                new ChartNote(place * seconds, (place + 1) * seconds, LoadTable.Line($"{place * seconds} to {(place + 1) * seconds} s", counts, Length(report, place), counts.MostInFlight)))],
        };
    }

    private static ChartLine Line(LoadReport report, string name, string style, Func<LoadCounts, double> value) => new(
        name, style, [.. report.Timeline.Stretches.Select((counts, place) => (Middle(report, place), value(counts)))]);

    private static double Middle(LoadReport report, int stretch) => (stretch + 0.5) * report.Timeline.Seconds;

    /// <summary>Seconds of the run in a stretch: the last may be shorter, though for this not less than a quarter, in which hardly anything happens.</summary>
    private static double Length(LoadReport report, int stretch)
    {
        var (length, ended) = (report.Timeline.Seconds, report.Phases.Select(phase => phase.EndedSeconds).DefaultIfEmpty(0).Max());
        return stretch < report.Timeline.Stretches.Count - 1 ? length : Math.Clamp(ended - (double)stretch * length, length / 4.0, length);
    }

    private static List<(double, double)> Curve(LatencyHistogram latency, double nines)
    {
        // As far as there are durations: one in a thousand isn't known of a hundred.
        var last = (int)(Math.Min(nines, Math.Log10(latency.Count)) * PointsToANine);
        List<(double, double)> points = [];
        for (var point = 0; point <= last; point++)
        {
            var share = 1 - Math.Pow(10, -(double)point / PointsToANine);
            points.Add((share, point == 0 ? latency.MinNanoseconds : latency.Percentile(share)));
        }
        return points;
    }

    private static ChartMark? MarkOf(Verdict verdict) =>
        ThresholdParser.Parse(verdict.Threshold, out _) is { Metric: Metric.Percentile, Percentile: < 1 } threshold
            ? new ChartMark($"{verdict.Threshold}: {verdict.Found}", threshold.Percentile, threshold.Bound, verdict.Holds)
            : null;

    private static double Most(List<ChartLine> lines) => lines.SelectMany(line => line.Points).Select(point => point.Y).DefaultIfEmpty(0).Max() * 1.05;

    private static string Show(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
