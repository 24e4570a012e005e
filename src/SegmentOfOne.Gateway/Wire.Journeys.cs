using System.Diagnostics;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine;

namespace SegmentOfOne.Gateway;

// Sums over segments and journeys.
public static partial class Wire
{
    public static Admin.V1.SegmentSums ToWire(SegmentSums segment) =>
        new() { Name = segment.Segment, Customers = (ulong)segment.Inside, Entered = (ulong)segment.Entered, Left = (ulong)segment.Left };

    /// <param name="rule">Null: the playbook in force has no such segment.</param>
    public static Admin.V1.Segment ToWire(SegmentSums sums, SegmentRule? rule, ScoreRanks? ranks, Instant now)
    {
        var wire = new Admin.V1.Segment { Sums = ToWire(sums), Description = rule?.Description ?? "", InForce = rule is not null };
        if (rule?.Percentile is not { } percentile)
        {
            return wire;
        }

        wire.Percentile = new Admin.V1.SegmentPercentile { Score = Name(percentile.Score), Enter = percentile.Enter, Leave = percentile.Leave };
        if (ranks is not null)
        {
            wire.Percentile.RankedAt = ToWire(ranks.At);
            wire.Percentile.AgeSeconds = (now - ranks.At).TotalSeconds;
            if (ranks.ScoreAt(percentile.Score, percentile.Enter) is { } enter && ranks.ScoreAt(percentile.Score, percentile.Leave) is { } leave)
            {
                (wire.Percentile.EnterScore, wire.Percentile.LeaveScore) = (enter, leave);
            }
        }

        return wire;
    }

    /// <param name="flow">Null: the playbook in force has no such journey.</param>
    public static Admin.V1.JourneyTotals ToWire(JourneySums sums, JourneyFlow? flow)
    {
        var wire = new Admin.V1.JourneyTotals
        {
            Id = sums.Journey,
            Description = flow?.Description ?? "",
            InForce = flow is not null,
            Entered = (ulong)sums.Entered,
            Inside = (ulong)sums.Inside,
            Converted = Ended(sums, JourneyEnd.Converted),
            Completed = Ended(sums, JourneyEnd.Completed),
            Exited = Ended(sums, JourneyEnd.Exited),
            Broken = Ended(sums, JourneyEnd.Broken),
        };
        foreach (var rule in sums.Exits.GroupBy(exit => exit.Rule, exit => exit.Count).OrderByDescending(rule => rule.Sum()).ThenBy(rule => rule.Key, StringComparer.Ordinal))
        {
            wire.EndedBy.Add(rule.Key, (ulong)rule.Sum());
        }

        Add(wire.Barred, sums.Barred);
        if (sums.Entered - sums.Inside is var ended and > 0)
        {
            wire.Conversion = (double)wire.Converted / ended;
            wire.MeanLastedSeconds = sums.Ends.Sum(end => end.Lasted.TotalSeconds) / ended;
        }

        return wire;
    }

    /// <inheritdoc cref="ToWire(JourneySums, JourneyFlow?)"/>
    public static Admin.V1.JourneyPaths ToPaths(JourneySums sums, JourneyFlow? flow, Instant asOf)
    {
        var wire = new Admin.V1.JourneyPaths { AsOf = ToWire(asOf), Totals = ToWire(sums, flow) };
        foreach (var step in InOrder(sums, flow))
        {
            var node = new Admin.V1.JourneyNode
            {
                Step = step.Step,
                Kind = KindOf(flow?.Step(step.Step)),
                Arrivals = (ulong)step.Entered,
                Inside = (ulong)step.Inside,
                Leaves = (ulong)step.Left,
            };
            if (step.Left > 0)
            {
                node.MeanDwellSeconds = step.Dwelt.TotalSeconds / step.Left;
            }

            wire.Nodes.Add(node);
            wire.Funnel.Add(Funnel(sums, step));
        }

        foreach (var link in sums.Flows)
        {
            wire.Links.Add(new Admin.V1.JourneyLink { From = link.From, To = link.To, Count = (ulong)link.Count, Moved = link.IsMove });
        }

        foreach (var exit in sums.Exits)
        {
            wire.Links.Add(new Admin.V1.JourneyLink { From = exit.Step, Count = (ulong)exit.Count, End = Name(exit.End), Rule = exit.Rule });
        }

        return wire;
    }

    private static ulong Ended(JourneySums sums, JourneyEnd end) => (ulong)sums.Ends.Where(one => one.End == end).Sum(one => one.Count);

    private static Admin.V1.FunnelStep Funnel(JourneySums sums, StepSums step)
    {
        var ends = sums.Exits.Where(exit => exit.Step == step.Step).ToLookup(exit => exit.End == JourneyEnd.Converted, exit => exit.Count);
        var wire = new Admin.V1.FunnelStep { Step = step.Step, Reached = (ulong)step.Entered, Dropped = (ulong)ends[false].Sum(), Converted = (ulong)ends[true].Sum() };
        if (sums.Entered > 0)
        {
            wire.Reach = (double)step.Entered / sums.Entered;
        }

        if (step.Entered > 0)
        {
            wire.DropOff = (double)wire.Dropped / step.Entered;
        }

        return wire;
    }

    /// <summary>The steps as a run comes to them, those first that are fewer steps from the start; then those that only earlier playbooks had.</summary>
    private static IEnumerable<StepSums> InOrder(JourneySums sums, JourneyFlow? flow)
    {
        var order = new List<string>();
        if (flow is not null)
        {
            order.Add(flow.Start);
            for (var at = 0; at < order.Count; at++)
            {
                order.AddRange(Following(flow.Step(order[at])).Where(next => !order.Contains(next)).Distinct().ToList());
            }
        }

        var known = sums.Steps.ToDictionary(step => step.Step, StringComparer.Ordinal);
        return order.Select(step => known.GetValueOrDefault(step) ?? new StepSums(step, 0, 0, 0, TimeSpan.Zero))
            .Concat(sums.Steps.Where(step => !order.Contains(step.Step)));
    }

    private static IEnumerable<string> Following(JourneyStep? step) => step switch
    {
        null or JourneyStep.Exit => [],
        JourneyStep.Wait wait => [wait.Next],
        JourneyStep.WaitUntil until => [until.Next],
        JourneyStep.WaitFor wait => [wait.Next, wait.Otherwise],
        JourneyStep.Branch branch => [.. branch.Cases.Select(one => one.Next), branch.Otherwise],
        JourneyStep.Split split => split.Ways.Select(way => way.Next),
        JourneyStep.Decide decide => [decide.Next, decide.Otherwise],
        JourneyStep.Set set => [set.Next],
        JourneyStep.OpenCase open => [open.Next],
        _ => throw new UnreachableException($"{step.GetType().Name} is no step."),
    };

    private static string KindOf(JourneyStep? step) => step switch
    {
        null => "",
        JourneyStep.Wait => "wait",
        JourneyStep.WaitUntil => "wait_until",
        JourneyStep.WaitFor => "wait_for",
        JourneyStep.Branch => "branch",
        JourneyStep.Split => "split",
        JourneyStep.Decide => "decide",
        JourneyStep.Set => "set",
        JourneyStep.OpenCase => "open_case",
        JourneyStep.Exit => "exit",
        _ => throw new UnreachableException($"{step.GetType().Name} is no step."),
    };
}
