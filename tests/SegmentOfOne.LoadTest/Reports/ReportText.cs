using System.Globalization;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using Spectre.Console;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>A report in the terminal.</summary>
internal static class ReportText
{
    /// <summary>Lateness that is told: a tenth of a second for one call in a hundred.</summary>
    private const long LateNanoseconds = 100_000_000;

    public static void Write(IAnsiConsole console, LoadReport report)
    {
        var table = LoadTable.Create("phase");
        foreach (var phase in report.Phases)
        {
            LoadTable.Row(table, phase.WarmUp ? $"{phase.Name} (warm-up)" : phase.Name, phase.Figures.Counts, phase.Seconds, phase.Figures.Counts.MostInFlight);
        }
        var (whole, seconds) = (report.Whole.Figures, report.Whole.Seconds);
        LoadTable.Row(table, "whole", whole.Counts, seconds, whole.Counts.MostInFlight);
        console.Write(table);

        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{whole.Counts.Answered:N0} of {whole.Counts.Sent:N0} answered in {seconds:N1} s ({whole.Counts.Answered / Math.Max(seconds, 1e-9):N0}/s)"));
        Outcomes(console, whole);
        if (whole.Corrected.Count > 0)
        {
            LatencyTable.Write(console, "Corrected for what waiting callers would have asked:", whole.Corrected);
        }
        LatencyTable.Write(console, Title(report), whole.Counts.Latency);
        if (Lateness(whole) is { } lateness)
        {
            console.MarkupLineInterpolated($"[yellow]{lateness}[/]");
        }
        foreach (var fault in report.Faults)
        {
            console.MarkupLineInterpolated($"[red]{fault}[/]");
        }
        foreach (var verdict in report.Verdicts)
        {
            console.MarkupLineInterpolated(verdict.Holds
                ? (FormattableString)$"[green]holds[/]  {verdict.Threshold}  ({verdict.Found})"
                : $"[red]FAILS[/]  {verdict.Threshold}  ({verdict.Found})");
        }
    }

    /// <summary>That calls were sent late, and why; null where they were not.</summary>
    public static string? Lateness(PhaseFigures figures)
    {
        var late = figures.Lateness.Percentile(0.99);
        return late <= LateNanoseconds ? null
            : $"One call in a hundred was sent {LatencyTable.Milliseconds(late)} late or more, which is in its latency: " + (figures.Counts.MostInFlight >= ScenarioLimits.InFlight
                ? string.Create(CultureInfo.InvariantCulture, $"{ScenarioLimits.InFlight:N0} calls were outstanding, the most of a process, so the service is slower than the rate.")
                : "this program is slower than the rate; try --processes, or another machine.");
    }

    /// <summary>What latencies are, in a sentence.</summary>
    public static string Title(LoadReport report)
    {
        var phases = (report.Scenario["phases"]?.AsArray() ?? []).Where(phase => phase?["warm_up"]?.GetValue<bool>() != true).ToList();
        return phases.TrueForAll(phase => phase?["open"] is not null) ? "Latency of an answer, from the intended sending:"
            : phases.TrueForAll(phase => phase?["closed"] is not null) ? "Latency of an answer, from the sending (closed loop: what callers would have asked while they waited is not in it):"
            : "Latency of an answer, in open loops from the intended sending, in closed loops from the sending:";
    }

    private static void Outcomes(IAnsiConsole console, PhaseFigures whole)
    {
        Line(whole.Counts.Answered - whole.KnownAlready, "new");
        Line(whole.KnownAlready, "known already");
        foreach (var (name, count) in whole.Errors)
        {
            Line(count, name);
        }
        Line(whole.Counts.Refused, "refused");
        Line(whole.Counts.Retries, "repeats of refused calls");
        if (whole.Pushback.Count > 0)
        {
            console.WriteLine($"Refused callers were asked to stay away for {LatencyTable.Milliseconds(whole.Pushback.Percentile(0.5))} (median) to {LatencyTable.Milliseconds(whole.Pushback.MaxNanoseconds)}");
        }

        void Line(long count, string what)
        {
            if (count > 0)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0} {what}"));
            }
        }
    }
}
