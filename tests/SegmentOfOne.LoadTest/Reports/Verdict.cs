using System.Diagnostics;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>Whether a threshold holds.</summary>
/// <param name="Threshold">As it is written, with its phase.</param>
/// <param name="Found">What was measured, for people.</param>
public sealed record Verdict(string Threshold, bool Holds, string Found)
{
    /// <summary>Looks at what the threshold is of. Where nothing was answered no latency holds; what is of a phase that didn't take place doesn't hold.</summary>
    internal static Verdict Of(Threshold threshold, LoadReport report)
    {
        var phase = threshold.Phase is null ? report.Whole : report.Phases.FirstOrDefault(phase => phase.Name == threshold.Phase);
        return phase is null ? new Verdict(threshold.ToString(), false, "the phase didn't take place") : Of(threshold, phase.Figures, phase.Seconds);
    }

    private static Verdict Of(Threshold threshold, PhaseFigures figures, double seconds)
    {
        var counts = figures.Counts;
        if (threshold.Kind == BoundKind.Nanoseconds && counts.Answered == 0)
        {
            return new Verdict(threshold.ToString(), false, "nothing was answered");
        }
        var value = threshold.Metric switch
        {
            Metric.Percentile => counts.Latency.Percentile(threshold.Percentile),
            Metric.Min => counts.Latency.MinNanoseconds,
            Metric.Mean => counts.Latency.MeanNanoseconds,
            Metric.Max => counts.Latency.MaxNanoseconds,
            Metric.Rate => seconds > 0 ? counts.Answered / seconds : 0,
            Metric.Sent => counts.Sent,
            Metric.Answered => counts.Answered,
            Metric.Errors => counts.Failed,
            Metric.Refused => counts.Refused,
            Metric.Retries => counts.Retries,
            _ => throw new UnreachableException($"{threshold.Metric}"),
        };
        value = threshold.Kind == BoundKind.Share ? value / Math.Max(1, figures.Due) : value;
        return new Verdict(threshold.ToString(), threshold.Holds(value), threshold.Show(value));
    }
}
