using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>Writes scenarios as <see cref="ScenarioReader"/> reads them, with everything said that a document may leave out.</summary>
public static class ScenarioText
{
    public static JsonObject Write(Scenario scenario) => new()
    {
        ["name"] = scenario.Name,
        ["description"] = scenario.Description,
        ["population"] = new JsonObject
        {
            ["customers"] = scenario.Population.Customers,
            ["days"] = scenario.Population.Days,
            ["seed"] = scenario.Population.Seed,
            ["ask_share"] = scenario.Population.AskShare,
            ["mix"] = new JsonObject { ["stores"] = scenario.Population.Mix.Stores, ["app"] = scenario.Population.Mix.App },
        },
        ["connections"] = scenario.Connections,
        ["phases"] = new JsonArray([.. scenario.Phases.Select(Write)]),
        ["thresholds"] = Write(scenario.Thresholds, scenario: true),
    };

    private static JsonObject Write(Phase phase)
    {
        var written = new JsonObject { ["name"] = phase.Name, ["duration"] = SpanText.Render(phase.Duration) };
        if (phase.Load is Load.Open open)
        {
            written["open"] = new JsonObject { ["rate"] = Write(open.Rate), ["arrivals"] = open.Arrivals.ToString().ToLowerInvariant() };
        }
        else if (phase.Load is Load.Closed closed)
        {
            var loop = new JsonObject { ["in_flight"] = Write(closed.InFlight), ["think_time"] = SpanText.Render(closed.ThinkTime) };
            if (closed.ExpectedInterval is { } interval)
            {
                loop["expected_interval"] = SpanText.Render(interval);
            }
            written["closed"] = loop;
        }
        written["warm_up"] = phase.WarmUp;
        written["deadline"] = SpanText.Render(phase.Deadline);
        if (phase.Retry is { } retry)
        {
            written["retry"] = new JsonObject { ["attempts"] = retry.Attempts };
        }
        written["thresholds"] = Write(phase.Thresholds, scenario: false);
        return written;
    }

    private static JsonNode Write(Ramp ramp)
    {
        if (ramp.From == ramp.To)
        {
            return ramp.From;
        }
        var written = new JsonObject { ["from"] = ramp.From, ["to"] = ramp.To };
        if (ramp.Steps is { } steps)
        {
            written["steps"] = steps;
        }
        return written;
    }

    private static JsonArray Write(IReadOnlyList<Threshold> thresholds, bool scenario) =>
        new([.. thresholds.Select(threshold => JsonValue.Create(scenario ? threshold.ToString() : threshold.Text))]);
}
