using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine.Store;

namespace SegmentOfOne.Engine.Queries;

/// <content>Sums over segments and journeys.</content>
internal sealed partial class CustomerQueries
{
    public ValueTask<JourneysOverview> Journeys(CancellationToken ct) => Run(ReadJourneys, ct);

    private static ImmutableArray<SegmentSums> Segments(Dictionary<TotalName, decimal> sums)
    {
        var left = Named(sums, TotalKind.SegmentLeft).ToDictionary(sum => sum.Name, sum => sum.Count);
        return
        [
            .. Named(sums, TotalKind.SegmentEntered)
                .Select(entered => (entered.Name, Entered: entered.Count, Left: left.GetValueOrDefault(entered.Name)))
                .Select(sum => new SegmentSums(sum.Name, sum.Entered - sum.Left, sum.Entered, sum.Left))
                .OrderBy(sum => sum.Segment, StringComparer.Ordinal),
        ];
    }

    private JourneysOverview ReadJourneys(DbCommand command)
    {
        var asOf = AsOf(command);
        var journeys = new SortedDictionary<string, JourneyParts>(StringComparer.Ordinal);
        foreach (var (name, value) in ReadSums(command))
        {
            var parts = Totals.PartsOf(name.Name);
            switch (name.Kind)
            {
                case TotalKind.JourneyEntered:
                    Of(parts[0]).Entered = (long)value;
                    break;
                case TotalKind.JourneyStepped or TotalKind.JourneyMoved when parts is [_, var from, var to]:
                    Of(parts[0]).Flows.Add(new StepFlow(from, to, (long)value, name.Kind == TotalKind.JourneyMoved));
                    break;
                case TotalKind.JourneyLeft when parts is [_, var step, var end, var rule]:
                    Of(parts[0]).Exits.Add(new JourneyExits(step, EndOf(end), rule, (long)value));
                    break;
                case TotalKind.JourneyDwelt when parts is [_, var step]:
                    Of(parts[0]).Dwelt[step] = TimeSpan.FromMilliseconds((double)value);
                    break;
                case TotalKind.JourneyLasted when parts is [_, var end]:
                    Of(parts[0]).Lasted[EndOf(end)] = TimeSpan.FromMilliseconds((double)value);
                    break;
                case TotalKind.JourneyBarred when parts is [_, var rule]:
                    Of(parts[0]).Barred.Add(new NamedCount(rule, (long)value));
                    break;
            }
        }

        return new JourneysOverview(asOf, [.. journeys.Select(journey => journey.Value.Sums(journey.Key))]);

        JourneyParts Of(string journey) =>
            journeys.TryGetValue(journey, out var known) ? known : journeys[journey] = new JourneyParts();
    }

    private static JourneyEnd EndOf(string number) => (JourneyEnd)int.Parse(number, CultureInfo.InvariantCulture);

    /// <summary>Sums over one journey, as they are found.</summary>
    private sealed class JourneyParts
    {
        public long Entered { get; set; }

        public List<StepFlow> Flows { get; } = [];

        public List<JourneyExits> Exits { get; } = [];

        public Dictionary<string, TimeSpan> Dwelt { get; } = new(StringComparer.Ordinal);

        public Dictionary<JourneyEnd, TimeSpan> Lasted { get; } = [];

        public List<NamedCount> Barred { get; } = [];

        public JourneySums Sums(string journey)
        {
            var names = Flows.Select(flow => flow.To).Concat(Exits.Select(exit => exit.Step)).Where(step => step.Length > 0).Distinct().Order(StringComparer.Ordinal);
            ImmutableArray<JourneyEndSums> ends =
            [
                .. Enum.GetValues<JourneyEnd>()
                    .Select(end => new JourneyEndSums(end, Exits.Where(exit => exit.End == end).Sum(exit => exit.Count), Lasted.GetValueOrDefault(end)))
                    .Where(sum => sum.Count > 0),
            ];
            return new JourneySums(
                journey,
                Entered,
                Entered - ends.Sum(end => end.Count),
                ends,
                [.. names.Select(Step)],
                [.. Flows.OrderBy(flow => (flow.From, flow.To, flow.IsMove))],
                [.. Exits.OrderBy(exit => (exit.Step, exit.End, exit.Rule))],
                [.. Barred.OrderByDescending(barred => barred.Count).ThenBy(barred => barred.Name, StringComparer.Ordinal)]);
        }

        private StepSums Step(string step)
        {
            var entered = Flows.Where(flow => flow.To == step).Sum(flow => flow.Count);
            var left = Flows.Where(flow => flow.From == step).Sum(flow => flow.Count) + Exits.Where(exit => exit.Step == step).Sum(exit => exit.Count);
            return new StepSums(step, entered - left, entered, left, Dwelt.GetValueOrDefault(step));
        }
    }
}
