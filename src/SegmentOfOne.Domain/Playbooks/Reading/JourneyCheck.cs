using System.Globalization;
using SegmentOfOne.Domain.Playbooks.Language;

namespace SegmentOfOne.Domain.Playbooks.Reading;

/// <summary>Looks for mistakes in the way that a journey's steps lead to each other. It assumes that every condition can come out either way.</summary>
/// <param name="all">Where the steps stand.</param>
/// <param name="places">Where each stands.</param>
internal sealed class JourneyCheck(JourneyFlow flow, Place all, List<KeyValuePair<string, Place>> places)
{
    private readonly Dictionary<string, JourneyStep> steps = flow.Steps.DistinctBy(step => step.Name).ToDictionary(step => step.Name, StringComparer.Ordinal);

    /// <summary>The first part of a condition that reads the interaction at hand; null: it reads none.</summary>
    public static string? ReadsInteraction(Expression condition) =>
        condition.Reads.FirstOrDefault(read =>
            read is "type" or "channel" || read.StartsWith("property(", StringComparison.Ordinal) || read.StartsWith("has(", StringComparison.Ordinal));

    public void Run()
    {
        if (places.Count == 0)
        {
            all.Mistake(PlaybookErrorCode.MissingField, "A journey has at least one step.");
            return;
        }

        // A step that was refused, or leads to one that isn't there, leaves the rest unclear.
        if (steps.Count < places.Count || !steps.ContainsKey(flow.Start) || steps.Values.Any(step => Ways(step).Any(way => !steps.ContainsKey(way.Next))))
        {
            return;
        }

        var reached = Reached();
        var open = Open();
        var endless = Endless();
        var blind = Blind();
        foreach (var (name, place) in places)
        {
            if (!reached.Contains(name))
            {
                place.Mistake(PlaybookErrorCode.Unreachable, "Nobody reaches this step.");
            }
            else if (endless.Contains(name))
            {
                place.Mistake(PlaybookErrorCode.EndlessLoop, "From here steps lead back to here while no time passes.");
            }
            else if (!open.Contains(name))
            {
                place.Mistake(PlaybookErrorCode.MissingExit, "From here no exit can be reached.");
            }
            else if (blind.Contains(name))
            {
                CheckBlind(steps[name], place);
            }
        }
    }

    /// <summary>Where a step leads to, and whether an interaction is at hand when it does: null, if one is where the step is taken.</summary>
    private static IEnumerable<(string Next, bool? AtHand)> Ways(JourneyStep step) => step switch
    {
        JourneyStep.Wait wait => [(wait.Next, false)],
        JourneyStep.WaitUntil until => [(until.Next, false)],
        JourneyStep.WaitFor wait => [(wait.Next, true), (wait.Otherwise, false)],
        JourneyStep.Branch branch => [.. branch.Cases.Select(each => (each.Next, (bool?)null)), (branch.Otherwise, null)],
        JourneyStep.Split split => split.Ways.Select(way => (way.Next, (bool?)null)),
        JourneyStep.Decide decide => [(decide.Next, null), (decide.Otherwise, null)],
        JourneyStep.Set set => [(set.Next, null)],
        JourneyStep.OpenCase open => [(open.Next, null)],
        _ => [],
    };

    /// <summary>Steps that a run can come to. One that is moved here from an earlier version begins at its step.</summary>
    private HashSet<string> Reached()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>([flow.Start, .. flow.Moves?.Steps.Values.Where(steps.ContainsKey) ?? []]);
        while (left.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                foreach (var (next, _) in Ways(steps[name]))
                {
                    left.Push(next);
                }
            }
        }

        return reached;
    }

    /// <summary>Steps from which an exit can be reached.</summary>
    private HashSet<string> Open()
    {
        var open = steps.Values.OfType<JourneyStep.Exit>().Select(exit => exit.Name).ToHashSet(StringComparer.Ordinal);
        for (var before = -1; before < open.Count;)
        {
            before = open.Count;
            open.UnionWith(steps.Values.Where(step => Ways(step).Any(way => open.Contains(way.Next))).Select(step => step.Name));
        }

        return open;
    }

    /// <summary>Steps that lead back to themselves by steps which take no time.</summary>
    private HashSet<string> Endless()
    {
        var endless = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in steps.Values.Where(step => !step.TakesTime))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var left = new Stack<string>(Ways(start).Select(way => way.Next));
            while (left.TryPop(out var name))
            {
                if (!steps[name].TakesTime && seen.Add(name))
                {
                    foreach (var (next, _) in Ways(steps[name]))
                    {
                        left.Push(next);
                    }
                }
            }

            if (seen.Contains(start.Name))
            {
                endless.Add(start.Name);
            }
        }

        return endless;
    }

    /// <summary>Steps that are only ever taken when a time has come, so that no interaction is at hand.</summary>
    private HashSet<string> Blind()
    {
        if (flow.Moves is not null)
        {
            return [];
        }

        var seeing = new HashSet<string>(StringComparer.Ordinal);
        if (flow.Trigger is not JourneyTrigger.OfDate)
        {
            seeing.Add(flow.Start);
        }

        for (var before = -1; before < seeing.Count;)
        {
            before = seeing.Count;
            foreach (var step in steps.Values)
            {
                seeing.UnionWith(Ways(step).Where(way => way.AtHand ?? seeing.Contains(step.Name)).Select(way => way.Next));
            }
        }

        return [.. steps.Keys.Where(name => !seeing.Contains(name))];
    }

    private static void CheckBlind(JourneyStep step, Place place)
    {
        if (step is JourneyStep.Branch branch)
        {
            for (var i = 0; i < branch.Cases.Length; i++)
            {
                Check(branch.Cases[i].When, place with { Path = string.Create(CultureInfo.InvariantCulture, $"{place.Path}.branch[{i}].when") });
            }
        }
        else if (step is JourneyStep.Set { Expression: { } value })
        {
            Check(value, place with { Path = place.Path + ".to.value" });
        }
    }

    private static void Check(Expression read, Place place)
    {
        if (ReadsInteraction(read) is { } name)
        {
            place.Mistake(PlaybookErrorCode.NotAvailable, $"When a time has come no interaction is at hand, so `{name}` says nothing.");
        }
    }
}
