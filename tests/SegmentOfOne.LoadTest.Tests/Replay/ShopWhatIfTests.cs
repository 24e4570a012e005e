using System.Text;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.WhatIfs;

namespace SegmentOfOne.LoadTest.Tests.Replay;

/// <summary>What-ifs over customers of a real shop.</summary>
public sealed class ShopWhatIfTests(DecidedMonths months) : IClassFixture<DecidedMonths>
{
    [ShopDataFact]
    public async Task Under_the_same_playbook_no_decision_of_the_shop_differs()
    {
        months.Replay.ExitCode.ShouldBe(0, months.Replay.Output);
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(months.Engine, default);
        var (result, _) = await Ask(engine, engine.Playbooks.InForce.Playbook);
        result.Turns.ShouldBeGreaterThan(DecidedMonths.Turns);
        result.Decisions.ShouldBeGreaterThanOrEqualTo(DecidedMonths.Turns);
        (result.Different, result.Reweighed, result.LeftOut).ShouldBe((0, 0, 0));
        result.After.Actions.ShouldBe(result.Before.Actions, ignoreOrder: true);
        result.Before.Actions.Count.ShouldBeGreaterThan(2);
    }

    /// <summary>Carried on, since what is shown to those who are here is kept only as long as a cap of its own playbook counts it.</summary>
    [ShopDataFact]
    public async Task With_one_cap_changed_only_that_cap_explains_what_differs()
    {
        await using EmbeddedEngine engine = await EmbeddedEngine.Open(months.Engine, default);
        var capped = Encoding.UTF8.GetString(Playbook.DefaultSource.Span).Replace(
            "\"match\": \"reward\", \"direction\": \"inbound\", \"limit\": 10", "\"match\": \"inform\", \"direction\": \"inbound\", \"limit\": 3", StringComparison.Ordinal);
        var (result, differences) = await Ask(engine, Playbook.Parse(Encoding.UTF8.GetBytes(capped), 2).Playbook.ShouldNotBeNull(), carry: true);
        differences.Count.ShouldBe((int)Math.Min(result.Different, WhatIfQuestion.MaxDifferences));
        differences.Count.ShouldBeGreaterThan(100);
        result.Before.CapHits.ShouldBeEmpty();
        result.After.CapHits["at most 3 inform inbound in 7d"].ShouldBeGreaterThanOrEqualTo(result.Different);
        foreach (var difference in differences)
        {
            WhatIfReason because = difference.After.ShouldNotBeNull().Other.ShouldNotBeNull();
            (because.Action, because.Verdict, because.Rule).ShouldBe((difference.Before.Action, Verdict.HeldBack, "at most 3 inform inbound in 7d"));
        }
    }

    private static async Task<(WhatIfResult Result, List<WhatIfEvent.Difference> Differences)> Ask(EmbeddedEngine engine, Playbook playbook, bool carry = false)
    {
        var steps = new List<WhatIfEvent>();
        await foreach (var step in engine.WhatIf(new WhatIfQuestion(playbook) { Sample = WhatIfQuestion.MaxSample, Differences = WhatIfQuestion.MaxDifferences, Carry = carry }, default))
        {
            steps.Add(step);
        }
        return (steps.OfType<WhatIfEvent.Result>().Single().Totals, [.. steps.OfType<WhatIfEvent.Difference>()]);
    }
}
