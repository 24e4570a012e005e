using System.Text.Json;
using SegmentOfOne.LoadTest.Simulation;
using SegmentOfOne.LoadTest.Thresholds;

namespace SegmentOfOne.LoadTest.Scenarios;

/// <summary>Reads scenarios from JSON and finds every mistake in them.</summary>
public static class ScenarioReader
{
    private const string SeedMissing = "The shares of a load have one seed: \"population\": {\"seed\": …}.";

    private static readonly TimeSpan UsualDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="seed">Taken where the document says none; null: that it says none is a mistake.</param>
    /// <returns>The scenario, null where there are mistakes; and these, each with its path.</returns>
    public static (Scenario? Scenario, IReadOnlyList<ScenarioMistake> Mistakes) Read(ReadOnlyMemory<byte> utf8, ulong? seed)
    {
        if (utf8.Length > ScenarioLimits.Bytes)
        {
            return (null, [new ScenarioMistake("$", $"A scenario has at most {ScenarioLimits.Bytes} bytes.")]);
        }
        try
        {
            using var document = JsonDocument.Parse(utf8);
            List<ScenarioMistake> mistakes = [];
            var scenario = Read(new JsonPlace(document.RootElement, "$", mistakes), seed);
            return (mistakes.Count == 0 ? scenario : null, mistakes);
        }
        catch (JsonException broken)
        {
            return (null, [new ScenarioMistake("$", $"This is no JSON: {broken.Message}")]);
        }
    }

    private static Scenario Read(JsonPlace place, ulong? seed)
    {
        var fields = place.Object(["name", "phases"], ["$schema", "description", "population", "connections", "deadline", "thresholds"]);
        if (fields.TryGetValue("$schema", out var schema))
        {
            schema.Text(ScenarioLimits.DescriptionLength);
        }
        var deadline = Span(fields, "deadline", ScenarioLimits.ShortestTime, ScenarioLimits.Deadline, UsualDeadline);
        List<Phase> phases = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        if (fields.TryGetValue("phases", out var list))
        {
            foreach (var each in list.Items(ScenarioLimits.Phases))
            {
                phases.Add(ReadPhase(each, deadline, names));
            }
            if (list.Element.ValueKind == JsonValueKind.Array && phases.TrueForAll(phase => phase.WarmUp))
            {
                list.Mistake("At least one phase is no warm-up.");
            }
        }
        return new Scenario(
            fields.TryGetValue("name", out var name) ? name.Name() : "",
            fields.TryGetValue("description", out var description) ? description.Text(ScenarioLimits.DescriptionLength) : "",
            fields.TryGetValue("population", out var population) ? ReadPopulation(population, seed) : Standard(place, seed),
            Whole(fields, "connections", ScenarioLimits.Connections, 4),
            phases,
            ReadThresholds(fields, null, names));
    }

    private static InventedCustomers Standard(JsonPlace scenario, ulong? seed)
    {
        if (seed is null)
        {
            scenario.Mistake(SeedMissing);
        }
        return new InventedCustomers(10_000, 90, seed ?? 0, 0.5, ShopperMix.Usual);
    }

    private static InventedCustomers ReadPopulation(JsonPlace place, ulong? seed)
    {
        var fields = place.Object([], ["customers", "days", "seed", "ask_share", "mix"]);
        var standard = Standard(place, fields.TryGetValue("seed", out var said) ? said.Seed() : seed);
        return new InventedCustomers(
            Whole(fields, "customers", ScenarioLimits.Customers, standard.Customers),
            Whole(fields, "days", ScenarioLimits.Days, standard.Days),
            standard.Seed,
            Part(fields, "ask_share", standard.AskShare),
            fields.TryGetValue("mix", out var mix) ? ReadMix(mix) : standard.Mix);
    }

    private static ShopperMix ReadMix(JsonPlace place)
    {
        var fields = place.Object([], ["stores", "app"]);
        return new ShopperMix(Part(fields, "stores", ShopperMix.Usual.Stores), Part(fields, "app", ShopperMix.Usual.App));
    }

    private static Phase ReadPhase(JsonPlace place, TimeSpan deadline, HashSet<string> names)
    {
        var fields = place.Object(["name", "duration"], ["open", "closed", "warm_up", "deadline", "retry", "thresholds"]);
        var name = fields.TryGetValue("name", out var named) ? named.Name() : "";
        if (name.Length > 0 && !names.Add(name))
        {
            named.Mistake("Another phase has this name.");
        }
        if (place.Element.ValueKind == JsonValueKind.Object && fields.ContainsKey("open") == fields.ContainsKey("closed"))
        {
            place.Mistake("A phase is either \"open\" or \"closed\".");
        }
        return new Phase(
            name,
            fields.TryGetValue("closed", out var closed) ? ReadClosed(closed) : fields.TryGetValue("open", out var open) ? ReadOpen(open) : NoLoad,
            Span(fields, "duration", ScenarioLimits.ShortestTime, ScenarioLimits.Phase, ScenarioLimits.ShortestTime),
            fields.TryGetValue("warm_up", out var warmUp) && warmUp.Truth(),
            Span(fields, "deadline", ScenarioLimits.ShortestTime, ScenarioLimits.Deadline, deadline),
            fields.TryGetValue("retry", out var retry) ? ReadRetry(retry) : null,
            ReadThresholds(fields, name, []));
    }

    private static readonly Load NoLoad = new Load.Closed(Ramp.Level(1), default, null);

    private static Load.Open ReadOpen(JsonPlace place)
    {
        var fields = place.Object(["rate"], ["arrivals"]);
        var arrivals = ArrivalPattern.Poisson;
        if (fields.TryGetValue("arrivals", out var pattern) && pattern.Text(ScenarioLimits.NameLength) is var word and not "poisson")
        {
            arrivals = ArrivalPattern.Constant;
            if (word != "constant" && pattern.Element.ValueKind == JsonValueKind.String)
            {
                pattern.Mistake("\"poisson\" or \"constant\" stands here.");
            }
        }
        return new Load.Open(fields.TryGetValue("rate", out var rate) ? ReadRamp(rate, ScenarioLimits.Rate, whole: false) : Ramp.Level(1), arrivals);
    }

    private static Load.Closed ReadClosed(JsonPlace place)
    {
        var fields = place.Object(["in_flight"], ["think_time", "expected_interval"]);
        return new Load.Closed(
            fields.TryGetValue("in_flight", out var inFlight) ? ReadRamp(inFlight, ScenarioLimits.InFlight, whole: true) : Ramp.Level(1),
            Span(fields, "think_time", TimeSpan.Zero, ScenarioLimits.Deadline, TimeSpan.Zero),
            fields.TryGetValue("expected_interval", out var interval) ? interval.Span(ScenarioLimits.ShortestTime, ScenarioLimits.Deadline) : null);
    }

    private static Ramp ReadRamp(JsonPlace place, double most, bool whole)
    {
        if (place.Element.ValueKind != JsonValueKind.Object)
        {
            var level = End(place);
            if (level == 0 && place.Element.ValueKind == JsonValueKind.Number)
            {
                place.Mistake("This is more than 0.");
            }
            return Ramp.Level(level);
        }
        var fields = place.Object(["from", "to"], ["steps"]);
        var ramp = new Ramp(
            fields.TryGetValue("from", out var from) ? End(from) : 0,
            fields.TryGetValue("to", out var to) ? End(to) : 1,
            fields.TryGetValue("steps", out var steps) ? steps.Whole(2, ScenarioLimits.Steps) : null);
        if (ramp.Most == 0)
        {
            place.Mistake("One end is more than 0.");
        }
        return ramp;

        double End(JsonPlace end) => whole ? end.Whole(0, (int)most) : end.Number(0, most);
    }

    private static RetryRule ReadRetry(JsonPlace place)
    {
        var fields = place.Object(["attempts"], []);
        return new RetryRule(fields.TryGetValue("attempts", out var attempts) ? attempts.Whole(2, ScenarioLimits.Attempts) : 2);
    }

    private static List<Threshold> ReadThresholds(Dictionary<string, JsonPlace> fields, string? phase, HashSet<string> phases)
    {
        List<Threshold> thresholds = [];
        if (!fields.TryGetValue("thresholds", out var list))
        {
            return thresholds;
        }
        foreach (var place in list.Items(ScenarioLimits.Thresholds))
        {
            var text = place.Text(ScenarioLimits.DescriptionLength);
            if (ThresholdParser.Parse(text, out var mistake) is not { } threshold)
            {
                if (place.Element.ValueKind == JsonValueKind.String)
                {
                    place.Mistake($"At {mistake}");
                }
            }
            else if (threshold.Phase is { } named && phase is not null)
            {
                place.Mistake($"This is of the phase that it stands in, and names no phase (\"{named}:\").");
            }
            else if (threshold.Phase is { } other && !phases.Contains(other))
            {
                place.Mistake($"There is no phase \"{other}\".");
            }
            else
            {
                thresholds.Add(phase is null ? threshold : threshold with { Phase = phase });
            }
        }
        return thresholds;
    }

    private static TimeSpan Span(Dictionary<string, JsonPlace> fields, string name, TimeSpan least, TimeSpan most, TimeSpan usual) =>
        fields.TryGetValue(name, out var place) ? place.Span(least, most) : usual;

    private static int Whole(Dictionary<string, JsonPlace> fields, string name, int most, int usual) =>
        fields.TryGetValue(name, out var place) ? place.Whole(1, most) : usual;

    private static double Part(Dictionary<string, JsonPlace> fields, string name, double usual) =>
        fields.TryGetValue(name, out var place) ? place.Number(0, 1) : usual;
}
