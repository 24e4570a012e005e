using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.LoadTest.Scenarios;

namespace SegmentOfOne.LoadTest.Tests.Scenarios;

public sealed class ScenarioReaderTests
{
    private const string Phases = """[{"name": "p", "duration": "1s", "open": {"rate": 1}}]""";

    [Fact]
    public void The_default_is_right_and_survives_being_written()
    {
        var scenario = Read(ScenarioDocuments.Default).Scenario.ShouldNotBeNull();
        scenario.Phases.Select(phase => phase.Name).ShouldBe(["waking-up", "steady", "rush", "batch"]);
        scenario.Phases[1].Thresholds.Select(threshold => threshold.ToString()).ShouldBe(["steady: p99 < 250ms", "steady: rate >= 950"]);
        scenario.Duration.ShouldBe(TimeSpan.FromSeconds(50));
        var written = ScenarioText.Write(scenario).ToJsonString();
        ScenarioText.Write(Read(written).Scenario.ShouldNotBeNull()).ToJsonString().ShouldBe(written);
    }

    [Fact]
    public void What_isnt_said_is_as_the_schema_says()
    {
        var scenario = Read($$"""{"name": "n", "phases": {{Phases}}}""", seed: 77).Scenario.ShouldNotBeNull();
        var schema = JsonNode.Parse(ScenarioDocuments.Schema)!;
        scenario.Connections.ShouldBe((int)schema["properties"]!["connections"]!["default"]!);
        var population = schema["$defs"]!["population"]!["properties"]!;
        scenario.Population.Customers.ShouldBe((int)population["customers"]!["default"]!);
        scenario.Population.Days.ShouldBe((int)population["days"]!["default"]!);
        scenario.Population.AskShare.ShouldBe((double)population["ask_share"]!["default"]!);
        scenario.Population.Seed.ShouldBe(77ul);
        SpanText.Render(scenario.Phases[0].Deadline).ShouldBe((string)schema["properties"]!["deadline"]!["default"]!);
        scenario.Demands.Select(threshold => threshold.ToString()).ShouldBe(["errors == 0", "refused == 0"]);
    }

    [Theory]
    [InlineData("$", "properties", """{"x": 1}""")]
    [InlineData("$.population", "$defs/population/properties", """{"population": {"x": 1}}""")]
    [InlineData("$.population.mix", "$defs/population/properties/mix/properties", """{"population": {"mix": {"x": 1}}}""")]
    [InlineData("$.phases[0]", "$defs/phase/properties", """{"phases": [{"x": 1}]}""")]
    [InlineData("$.phases[0].open", "$defs/open/properties", """{"phases": [{"open": {"x": 1}}]}""")]
    [InlineData("$.phases[0].open.rate", "$defs/ramp/properties", """{"phases": [{"open": {"rate": {"x": 1}}}]}""")]
    [InlineData("$.phases[0].closed", "$defs/closed/properties", """{"phases": [{"closed": {"x": 1}}]}""")]
    [InlineData("$.phases[0].retry", "$defs/phase/properties/retry/properties", """{"phases": [{"retry": {"x": 1}}]}""")]
    public void The_schema_knows_the_same_fields(string path, string place, string document)
    {
        var node = JsonNode.Parse(ScenarioDocuments.Schema)!;
        foreach (var step in place.Split('/'))
        {
            node = node[step]!;
        }
        var told = Read(document).Mistakes.Single(mistake => mistake.Path == $"{path}.x").Message;
        told[(told.IndexOf(':') + 1)..].Trim('.', ' ').Split(", ").Order().ShouldBe(node.AsObject().Select(field => field.Key).Order());
    }

    [Theory]
    [InlineData("""{"name": "N", "phases": PHASES}""", "$.name: A name has small letters")]
    [InlineData("""{"phases": PHASES}""", "$.name: This field is missing.")]
    [InlineData("""{"name": "n", "name": "m", "phases": PHASES}""", "$.name: This field stands here more than once.")]
    [InlineData("""{"name": "n", "phases": []}""", "$.phases: At least one phase is no warm-up.")]
    [InlineData("""{"name": "n", "phases": 3}""", "$.phases: A list stands here.")]
    [InlineData("""{"name": "n", "phases": PHASES, "connections": 0}""", "$.connections: A number here is from 1 to 1000.")]
    [InlineData("""{"name": "n", "phases": PHASES, "connections": 1.5}""", "$.connections: A whole number stands here.")]
    [InlineData("""{"name": "n", "phases": PHASES, "connections": 1e999}""", "$.connections: A number here is from")]
    [InlineData("""{"name": "n", "phases": PHASES, "deadline": "11m"}""", "$.deadline: A duration here is from 1ms to 10m.")]
    [InlineData("""{"name": "n", "phases": PHASES, "deadline": "soon"}""", "$.deadline: A duration is a number and a unit")]
    [InlineData("""{"name": "n", "phases": PHASES, "deadline": 3}""", "$.deadline: A duration in text")]
    [InlineData("""{"name": "n", "phases": PHASES, "population": {"seed": -1}}""", "$.population.seed: A seed is")]
    [InlineData("""{"name": "n", "phases": PHASES, "population": {"ask_share": 1.1}}""", "$.population.ask_share: A number here is from 0 to 1.")]
    [InlineData("""{"name": "n", "phases": PHASES, "thresholds": ["p99 < 50"]}""", "$.thresholds[0]: At character 9: A latency has a unit")]
    [InlineData("""{"name": "n", "phases": PHASES, "thresholds": ["p99 < 5ms", "q: p99 < 5ms"]}""", "$.thresholds[1]: There is no phase \"q\".")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s"}]}""", "$.phases[0]: A phase is either")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "open": {"rate": 0}}]}""", "$.phases[0].open.rate: This is more than 0.")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "open": {"rate": {"from": 0, "to": 0}}}]}""", "$.phases[0].open.rate: One end is more than 0.")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "open": {"rate": {"from": 0, "to": 9, "steps": 1}}}]}""", "$.phases[0].open.rate.steps: A number here is from 2 to 1000.")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "open": {"rate": 1, "arrivals": "often"}}]}""", "$.phases[0].open.arrivals: \"poisson\" or")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "0s", "open": {"rate": 1}}]}""", "$.phases[0].duration: A duration here is from 1ms to 7d.")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "warm_up": 1, "open": {"rate": 1}}]}""", "$.phases[0].warm_up: true or false")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "closed": {"in_flight": 20001}}]}""", "$.phases[0].closed.in_flight: A number here is from 0 to 20000.")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "closed": {"in_flight": 1}, "thresholds": ["p: errors == 0"]}]}""", "$.phases[0].thresholds[0]: This is of the phase that it stands in")]
    [InlineData("""{"name": "n", "phases": [{"name": "p", "duration": "1s", "open": {"rate": 1}}, {"name": "p", "duration": "1s", "open": {"rate": 1}}]}""", "$.phases[1].name: Another phase has this name.")]
    [InlineData("[1]", "$: An object stands here.")]
    [InlineData("{", "$: This is no JSON")]
    public void Mistakes_are_told_with_their_path(string document, string told)
    {
        var (scenario, mistakes) = Read(document.Replace("PHASES", Phases));
        scenario.ShouldBeNull();
        mistakes.Select(mistake => mistake.ToString()).ShouldContain(mistake => mistake.StartsWith(told), string.Join('\n', mistakes));
    }

    [Fact]
    public void Every_mistake_is_told_at_once_and_one_document_has_a_bound()
    {
        Read("""{"name": 1, "phases": [{"name": "p", "duration": 1, "open": {"rate": "x"}}], "deadline": "x", "more": 1}""").Mistakes.Select(mistake => mistake.Path)
            .ShouldBe(["$.more", "$.deadline", "$.phases[0].open.rate", "$.phases[0].duration", "$.name"], ignoreOrder: true);
        Read(new string(' ', ScenarioLimits.Bytes + 1)).Mistakes.Single().Message.ShouldStartWith("A scenario has at most");
        Read($$"""{"name": "n", "phases": [{{string.Join(',', Enumerable.Range(0, 200).Select(_ => "1"))}}]}""").Mistakes.Count.ShouldBe(ScenarioLimits.Mistakes);
    }

    private static (Scenario? Scenario, IReadOnlyList<ScenarioMistake> Mistakes) Read(string text, ulong seed = 1) => ScenarioReader.Read(Encoding.UTF8.GetBytes(text), seed);
}
