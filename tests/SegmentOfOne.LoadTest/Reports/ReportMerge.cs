using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Running;
using SegmentOfOne.LoadTest.Simulation;

namespace SegmentOfOne.LoadTest.Reports;

/// <summary>Makes one report of those of several shares of a run.</summary>
public static class ReportMerge
{
    /// <summary>Adds them up, exactly; a share that is missing is a fault of the run. Seconds of the timeline are counted from where each share began.</summary>
    /// <param name="reports">With their names; at least one. Their figures are added to the first's.</param>
    /// <exception cref="InvalidDataException">They are of different scenarios, or of the same share twice.</exception>
    public static LoadReport Of(IReadOnlyList<(string Name, LoadReport Report)> reports)
    {
        var sum = Sum(reports);
        return sum with { Faults = [.. sum.Faults, .. Missing(sum.Parts)] };
    }

    /// <summary>The same of only some of the shares.</summary>
    internal static LoadReport Sum(IReadOnlyList<(string Name, LoadReport Report)> reports)
    {
        var (firstName, first) = reports[0];
        List<string> faults = [.. first.Faults];
        Dictionary<string, PhaseResult> phases = first.Phases.ToDictionary(phase => phase.Name, StringComparer.Ordinal);
        foreach (var (name, report) in reports.Skip(1))
        {
            if (!JsonNode.DeepEquals(Comparable(first), Comparable(report)))
            {
                throw new InvalidDataException($"'{firstName}' and '{name}' are of different scenarios or seeds.");
            }
            foreach (var phase in report.Phases)
            {
                phases[phase.Name] = phases.TryGetValue(phase.Name, out var same) ? same.Add(phase) : phase;
            }
            first.Timeline.Add(report.Timeline);
            faults.AddRange(report.Faults);
        }
        return first with
        {
            Began = reports.Min(report => report.Report.Began),
            Against = string.Join(", ", reports.Select(report => report.Report.Against).Distinct()),
            Parts = [.. reports.SelectMany(report => report.Report.Parts)],
            Phases = [.. phases.Values.OrderBy(phase => phase.BeganSeconds)],
            Faults = [.. faults.Distinct()],
            Verdicts = [],
        };
    }

    /// <summary>What two reports must have in common to be of one run, or, but for the seed, of the same load: the scenario without thresholds and description.</summary>
    internal static JsonObject Comparable(LoadReport report, bool seeds = true)
    {
        var scenario = report.Scenario.DeepClone().AsObject();
        scenario.Remove("thresholds");
        scenario.Remove("description");
        if (!seeds)
        {
            (scenario["population"] as JsonObject)?.Remove("seed");
        }
        foreach (var phase in scenario["phases"] as JsonArray ?? [])
        {
            (phase as JsonObject)?.Remove("thresholds");
        }
        return scenario;
    }

    private static IEnumerable<string> Missing(IReadOnlyList<ReportPart> parts)
    {
        List<Share> shares = [.. parts.Select(part => Share.TryParse(part.Share, out var share) ? share : throw new InvalidDataException($"'{part.Share}' is no share."))];
        if (shares.Exists(share => share.Of != shares[0].Of))
        {
            throw new InvalidDataException($"The shares are of different divisions: {string.Join(", ", shares)}.");
        }
        if (shares.GroupBy(share => share.Index).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"Share {twice.First()} is there more than once.");
        }
        return Enumerable.Range(0, shares[0].Of).Except(shares.Select(share => share.Index)).Select(index => $"Share {new Share(index, shares[0].Of)} is missing.");
    }
}
