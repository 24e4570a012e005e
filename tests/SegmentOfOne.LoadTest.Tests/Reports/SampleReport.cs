using System.Text;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Scenarios;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Tests.Reports;

/// <summary>A report made by hand: of a warm-up and a phase of a thousand answers in a microsecond, two, … a millisecond, an error and a refusal.</summary>
internal static class SampleReport
{
    private const string Scenario = """
        {"name": "sample", "description": "By hand.", "population": {"seed": 9}, "phases": [
          {"name": "warm", "warm_up": true, "duration": "1s", "open": {"rate": 5}},
          {"name": "steady", "duration": "2s", "open": {"rate": {"from": 100, "to": 900, "steps": 2}}}]}
        """;

    /// <param name="slower">How many times as long everything takes.</param>
    public static LoadReport Create(int slower = 1, Share? share = null)
    {
        var timeline = new Timeline();
        PhaseFigures warm = new(), steady = new();
        warm.Counts.Send(1);
        warm.Answer(known: false, 5_000_000_000, null);
        for (var call = 0; call < 1_000; call++)
        {
            steady.Counts.Send(call % 7);
            steady.Answer(known: call % 100 == 0, 1_000 * (call + 1) * slower, null);
            var second = timeline.At(TimeSpan.FromSeconds(1 + call / 500));
            second.Send(call % 7);
            second.Answer(1_000 * (call + 1) * slower);
        }
        CallFailure gone = new("UNAVAILABLE", false, null), full = new("RESOURCE_EXHAUSTED overloaded", true, TimeSpan.FromMilliseconds(20));
        steady.Counts.Send(1);
        steady.End(gone);
        steady.Counts.Send(1);
        steady.Refusal(full);
        steady.End(full);
        return new LoadReport(
            LoadReport.CurrentSchema, DateTimeOffset.UnixEpoch, "http://service", ScenarioText.Write(ScenarioReader.Read(Encoding.UTF8.GetBytes(Scenario), 1).Scenario!),
            [ReportPart.Here(share ?? Share.Whole)], [new PhaseResult("warm", true, 0, 1, warm), new PhaseResult("steady", false, 1, 3, steady)], timeline, [], [])
            .Judge([Threshold.Parse("p99 < 1s"), Threshold.Parse("errors == 0")]);
    }
}
