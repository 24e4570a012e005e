using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.LoadTest.Measure;
using SegmentOfOne.LoadTest.Reports;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Tests.Reports;

public sealed class ReportMergeTests
{
    [Fact]
    public void Shares_add_up_exactly()
    {
        var merged = ReportMerge.Of([("a", Share(0, slower: 1)), ("b", Share(1, slower: 3)), ("c", Share(2, slower: 2))]);
        merged.Faults.ShouldBeEmpty();
        merged.Parts.Select(part => part.Share).ShouldBe(["1/3", "2/3", "3/3"]);
        var steady = merged.Phases.Single(phase => phase.Name == "steady").Figures;
        (steady.Counts.Sent, steady.Counts.Answered, steady.Counts.Failed, steady.Counts.Refused, steady.KnownAlready).ShouldBe((3_006, 3_000, 3, 3, 30));
        steady.Errors["UNAVAILABLE"].ShouldBe(3);
        steady.Refusals["RESOURCE_EXHAUSTED overloaded"].ShouldBe(3);
        var exact = new LatencyHistogram();
        foreach (var slower in new[] { 1, 3, 2 })
        {
            for (var call = 1; call <= 1_000; call++)
            {
                exact.Record(1_000 * call * slower);
            }
        }
        steady.Counts.Latency.Buckets.ShouldBe(exact.Buckets);
        steady.Counts.Latency.SumNanoseconds.ShouldBe(exact.SumNanoseconds);
        merged.Timeline.Stretches.Sum(stretch => stretch.Answered).ShouldBe(3_000);
        merged.Whole.Figures.Counts.Answered.ShouldBe(3_000);
    }

    [Fact]
    public void A_share_that_is_missing_fails_the_run_and_one_that_is_there_twice_is_refused()
    {
        var incomplete = ReportMerge.Of([("a", Share(0)), ("b", Share(2))]);
        incomplete.Faults.ShouldBe(["Share 2/3 is missing."]);
        incomplete.ExitCode.ShouldBe(1);
        Should.Throw<InvalidDataException>(() => ReportMerge.Of([("a", Share(0)), ("b", Share(0))])).Message.ShouldBe("Share 1/3 is there more than once.");
        Should.Throw<InvalidDataException>(() => ReportMerge.Of([("a", Share(0)), ("b", SampleReport.Create(share: new Share(1, 2)))])).Message.ShouldContain("different divisions");
        var other = Share(1);
        other.Scenario["population"]!["seed"] = 10;
        Should.Throw<InvalidDataException>(() => ReportMerge.Of([("a", Share(0)), ("b", other)])).Message.ShouldBe("'a' and 'b' are of different scenarios or seeds.");
    }

    [Fact]
    public void Figures_add_up_the_same_in_any_order() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(Figures, Figures, Figures, (a, b, c) =>
        {
            Text(Sum(Sum(Of(a), Of(b)), Of(c))).ShouldBe(Text(Sum(Of(a), Sum(Of(b), Of(c)))));
            Text(Sum(Of(a), Of(b))).ShouldBe(Text(Sum(Of(b), Of(a))));
            var read = JsonSerializer.Deserialize<PhaseFigures>(Text(Of(a)), ReportJson.Options)!;
            Text(read).ShouldBe(Text(Of(a)));
        }));

    [Fact]
    public void Kinds_of_failure_have_a_bound()
    {
        var figures = new PhaseFigures();
        for (var kind = 0; kind < 1_000; kind++)
        {
            figures.End(new CallFailure($"kind {kind}", false, null));
        }
        figures.Errors.Count.ShouldBe(PhaseFigures.MostKinds + 1);
        figures.Errors[PhaseFigures.Others].ShouldBe(1_000 - PhaseFigures.MostKinds);
        figures.Counts.Failed.ShouldBe(1_000);
    }

    [Theory]
    [InlineData("", "is no report of a run")]
    [InlineData("[]", "it has no schema_version")]
    [InlineData("{\"schema_version\": 2}", "its schema_version is 2, and this program reads 1")]
    [InlineData("{\"schema_version\": 1}", "is no report of a run")]
    public void What_is_no_report_is_refused_by_name(string text, string told)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch["report.json"], text);
        Should.Throw<InvalidDataException>(() => ReportJson.Read(scratch["report.json"])).Message.ShouldContain(told);
    }

    /// <summary>What calls of a phase came to: a kind each, and a duration.</summary>
    private static Arbitrary<(int Kind, int Nanoseconds)[]> Figures =>
        Gen.Choose(0, 5).SelectMany(kind => Gen.Choose(0, int.MaxValue).Select(nanoseconds => (kind, nanoseconds))).ArrayOf().ToArbitrary();

    private static PhaseFigures Of((int Kind, int Nanoseconds)[] calls)
    {
        var figures = new PhaseFigures();
        foreach (var (kind, nanoseconds) in calls)
        {
            figures.Counts.Send(nanoseconds % 10);
            switch (kind)
            {
                case 0:
                    figures.End(new CallFailure($"code {nanoseconds % 3}", false, null));
                    break;
                case 1:
                    figures.Refusal(new CallFailure("full", true, TimeSpan.FromTicks(nanoseconds)));
                    figures.Counts.Retry();
                    break;
                default:
                    figures.Answer(kind == 2, nanoseconds, kind == 3 ? TimeSpan.FromMilliseconds(500) : null);
                    break;
            }
        }
        return figures;
    }

    private static PhaseFigures Sum(PhaseFigures one, PhaseFigures other)
    {
        one.AddBeside(other);
        return one;
    }

    private static string Text(PhaseFigures figures) => JsonSerializer.Serialize(figures, ReportJson.Options);

    private static LoadReport Share(int index, int slower = 1) => SampleReport.Create(slower, new Share(index, 3));
}
