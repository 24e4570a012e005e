using System.Text;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Tests.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>Each kind of mistake that a journey can have, where it is found and what it is called: none is left for a turn to find.</summary>
public sealed class JourneyMistakeTests
{
    /// <summary>One of everything; ` stands for a double quote.</summary>
    private const string Flow = """
        {
          `id`: `all`, `description`: `One of everything.`,
          `trigger`: { `interaction`: [`a`, `b`], `within`: `12h`, `when`: `orders >= 1` },
          `key`: `cart_id`, `concurrency`: 2, `reentry`: `after 1d`, `start`: `hold`,
          `steps`: {
            `hold`: { `wait`: `1h`, `next`: `morning` },
            `morning`: { `until`: `09:00`, `next`: `ask` },
            `ask`: { `wait_for`: [`c`], `when`: `has('x')`, `within`: `2h`, `next`: `fork`, `otherwise`: `half` },
            `fork`: { `branch`: [{ `when`: `property('x') >= 2`, `next`: `case` }], `otherwise`: `letter` },
            `half`: { `split`: [{ `percent`: 40, `next`: `letter` }, { `percent`: 60, `next`: `hold` }] },
            `letter`: { `decide`: `letter`, `channel`: `mail`, `action`: `always`, `receiver`: `post`, `next`: `case`, `otherwise`: `done` },
            `case`: { `open_case`: `cases`, `reason`: `No answer`, `next`: `note` },
            `note`: { `set`: `mood`, `to`: { `value`: `orders` }, `next`: `done` },
            `done`: { `exit`: `completed` }
          },
          `goal`: `orders >= 5`, `exits`: { `enough`: `count('c') >= 3` },
          `moves`: { `from`: [1], `steps`: { `old`: `done` } }
        }
        """;

    private const string Trigger = "{ `interaction`: [`a`, `b`], `within`: `12h`, `when`: `orders >= 1` }";
    private const string Keyed = "`key`: `cart_id`, `concurrency`: 2, ";
    private const string Ask = "`ask`: { `wait_for`: [`c`], `when`: `has('x')`, `within`: `2h`, `next`: `fork`, `otherwise`: `half` }";
    private const string Moves = ",\n  `moves`: { `from`: [1], `steps`: { `old`: `done` } }";

    /// <summary>What in the flow is replaced, by what, and the mistakes that follow, one a line, from the journey on.</summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        // Fields.
        { "`id`: `all`,", "`id`: `all`, `name`: 1,", ".name unknown_field" },
        { "`id`: `all`,", "", ".id missing_field" },
        { "`id`: `all`", "`id`: `a b`", ".id invalid_name" },
        { "`start`: `hold`,", "", ".start missing_field" },
        { "`reentry`: `after 1d`", "`reentry`: `after a day`", ".reentry invalid_duration" },
        { "`reentry`: `after 1d`", "`reentry`: `sometimes`", ".reentry invalid_duration" },
        { "`reentry`: `after 1d`", "`reentry`: 1", ".reentry wrong_type" },
        { "`concurrency`: 2", "`concurrency`: 17", ".concurrency out_of_range" },
        { "`key`: `cart_id`", "`key`: ``", ".key invalid_name" },

        // Who enters.
        { "`key`: `cart_id`, ", "", ".concurrency contradiction" },
        { "`reentry`: `after 1d`", "`reentry`: `never`", ".concurrency contradiction" },
        { Trigger, "{ `when`: `true` }", ".trigger missing_field" },
        { Trigger, "[]", ".trigger wrong_type" },
        { "[`a`, `b`]", "[`a`, `d`]", ".trigger.interaction[1] unknown_interaction" },
        { "[`a`, `b`]", "[`a`, `a`]", ".trigger.interaction[1] duplicate_name" },
        { "[`a`, `b`]", "[]", ".trigger.interaction unreachable" },
        { "[`a`, `b`]", "`a`", ".trigger.interaction wrong_type" },
        { "`within`: `12h`", "`within`: `731d`", ".trigger.within out_of_range" },
        { "`when`: `orders >= 1`", "`when`: `1 > 2`", ".trigger.when unreachable" },
        { "`when`: `orders >= 1`", "`when`: `orders >= 1 and not true`", ".trigger.when unreachable" },
        { "`when`: `orders >= 1`", "`when`: `in_journey('al')`", ".trigger.when unknown_journey 1:12" },
        { Trigger, "{ `segment`: `nobody` }", ".trigger.segment unknown_segment\n.key contradiction" },
        { Trigger, "{ `left_segment`: `nobody` }", ".trigger.left_segment unknown_segment\n.key contradiction" },
        { Trigger, "{ `stage`: `bought` }", ".trigger.stage unknown_value\n.key contradiction" },
        { Trigger, "{ `stage`: `advocacy` }", ".trigger.stage unreachable\n.key contradiction" },
        { Trigger, "{ `stage`: `unknown` }", ".trigger.stage unreachable\n.key contradiction" },
        { Trigger, "{ `stage`: `lapsed` }", ".key contradiction" },
        { Trigger, "{ `date`: `2030-02-30T00:00:00Z` }", ".trigger.date invalid_time\n.key contradiction" },
        { Trigger, "{ `date`: `2030-02-03T00:00:00Z`, `at`: `09:00`, `ahead`: `1d`, `within`: `1d` }", ".trigger.within contradiction\n.trigger.at contradiction\n.trigger.ahead contradiction\n.key contradiction" },
        { Trigger, "{ `date`: `2030-02-03T00:00:00Z`, `when`: `channel = 'web'` }", ".trigger.when not_available\n.key contradiction" },
        { Trigger, "{ `date_of`: `birthday`, `at`: `9:00` }", ".trigger.date_of unknown_trait\n.trigger.at invalid_time\n.key contradiction" },
        { Trigger, "{ `date_of`: `visits` }", ".trigger.date_of contradiction\n.key contradiction" },
        { Trigger, "{ `date_of`: `day`, `ahead`: `731d`, `yearly`: 1 }", ".trigger.ahead out_of_range\n.trigger.yearly wrong_type\n.key contradiction" },
        { Trigger, "{ `segment`: `keen` }", ".key contradiction" },
        { Trigger, "{ `stage`: `purchase`, `yearly`: true }", ".trigger.yearly contradiction\n.key contradiction" },
        { Trigger, "{ `interaction`: [`a`], `stage`: `purchase` }", ".trigger.stage contradiction" },

        // Ways between steps.
        { "`start`: `hold`", "`start`: `hld`", ".start unknown_step" },
        { "`next`: `morning`", "`next`: `mourning`", ".steps.hold.next unknown_step" },
        { "`next`: `fork`, `otherwise`: `half`", "`next`: `fork`, `otherwise`: `haalf`", ".steps.ask.otherwise unknown_step" },
        { "`next`: `morning`", "`next`: `ask`", ".steps.morning unreachable" },
        { "{ `percent`: 60, `next`: `hold` }", "{ `percent`: 60, `next`: `half` }", ".steps.half endless_loop" },
        { "`case`: { `open_case`: `cases`, `reason`: `No answer`, `next`: `note` }", "`case`: { `open_case`: `cases`, `reason`: `No answer`, `next`: `fork` }", ".steps.fork endless_loop\n.steps.letter endless_loop\n.steps.case endless_loop\n.steps.note unreachable" },
        { "`hold`: { `wait`: `1h`, `next`: `morning` }", "`hold`: { `wait`: `1h`, `next`: `rest` }, `rest`: { `wait`: `1h`, `next`: `hold` }", ".steps.hold missing_exit\n.steps.rest missing_exit\n.steps.morning unreachable\n.steps.ask unreachable\n.steps.fork unreachable\n.steps.half unreachable\n.steps.letter unreachable\n.steps.case unreachable\n.steps.note unreachable" },
        { "`done`: { `exit`: `completed` }", "`done`: { `wait`: `1d`, `next`: `hold` }", Each("missing_exit") },

        // Steps.
        { "`hold`: { `wait`: `1h`, `next`: `morning` }", "`hold`: { `next`: `morning` }", ".steps.hold missing_field" },
        { "`hold`: { `wait`: `1h`, `next`: `morning` }", "`hold`: 1", ".steps.hold wrong_type" },
        { "`wait`: `1h`,", "`wait`: `1h`, `until`: `09:00`,", ".steps.hold.until unknown_field" },
        { "`wait`: `1h`", "`wait`: `0s`", ".steps.hold.wait out_of_range" },
        { "`wait`: `1h`", "`wait`: `731d`", ".steps.hold.wait out_of_range" },
        { "`wait`: `1h`", "`wait`: `1 hour`", ".steps.hold.wait invalid_duration" },
        { "`until`: `09:00`", "`until`: `9 o'clock`", ".steps.morning.until invalid_time" },
        { "`wait_for`: [`c`]", "`wait_for`: [`see`]", ".steps.ask.wait_for[0] unknown_interaction" },
        { "`wait_for`: [`c`]", "`wait_for`: []", ".steps.ask.wait_for unreachable" },
        { "`when`: `has('x')`", "`when`: `false`", ".steps.ask.when unreachable" },
        { "`within`: `2h`, ", "", ".steps.ask.within missing_field" },
        { "`next`: `fork`, `otherwise`: `half`", "`next`: `fork`", ".steps.ask.otherwise missing_field" },
        { "[{ `when`: `property('x') >= 2`, `next`: `case` }]", "[]", ".steps.fork.branch missing_field" },
        { "`when`: `property('x') >= 2`", "`when`: `orders > 1 or true`", ".steps.fork.branch[0].when unreachable" },
        { "`when`: `property('x') >= 2`", "`when`: `orders > 1 and false`", ".steps.fork.branch[0].when unreachable" },
        { "`when`: `property('x') >= 2`", "`when`: `oders > 1`", ".steps.fork.branch[0].when unknown_name 1:1" },
        { "`percent`: 40", "`percent`: 30", ".steps.half.split invalid_split" },
        { "`percent`: 40", "`percent`: 0", ".steps.half.split[0].percent out_of_range\n.steps.half.split invalid_split" },
        { "`decide`: `letter`", "`decide`: `lettre`", ".steps.letter.decide unknown_placement" },
        { "`channel`: `mail`", "`channel`: `male`", ".steps.letter.channel unknown_channel" },
        { "`action`: `always`", "`action`: `allways`", ".steps.letter.action unknown_action" },
        { "`receiver`: `post`", "`receiver`: `pots`", ".steps.letter.receiver unknown_receiver" },
        { "`decide`: `letter`, `channel`: `mail`", "`decide`: `panel`, `channel`: `web`", ".steps.letter.receiver contradiction" },
        { "`decide`: `letter`, `channel`: `mail`", "`decide`: `panel`, `channel`: `mail`", ".steps.letter.receiver contradiction\n.steps.letter.channel contradiction" },
        { "`open_case`: `cases`", "`open_case`: `casses`", ".steps.case.open_case unknown_receiver" },
        { "`reason`: `No answer`, ", "", ".steps.case.reason missing_field" },
        { "`exit`: `completed`", "`exit`: `exited`", ".steps.done.exit unknown_value" },
        { "`set`: `mood`", "`set`: `mod`", ".steps.note.set unknown_trait" },
        { "`set`: `mood`", "`set`: `visits`", ".steps.note.set contradiction" },
        { "`to`: { `value`: `orders` }", "`to`: null", ".steps.note.to wrong_type" },
        { "`to`: { `value`: `orders` }", "`to`: ``", ".steps.note.to invalid_text" },
        { "`to`: { `value`: `orders` }", $"`to`: `{new string('x', 65)}`", ".steps.note.to too_long" },
        { "`to`: { `value`: `orders` }", "`to`: 1e10", ".steps.note.to out_of_range" },
        { "`to`: { `value`: `orders` }", "`to`: { `value`: `oders` }", ".steps.note.to.value unknown_name 1:1" },
        { "`to`: { `value`: `orders` }", "`to`: { `value`: `orders > 1` }", ".steps.note.to.value type 1:8" },

        // Ends.
        { "`goal`: `orders >= 5`", "`goal`: `1 = 2`", ".goal unreachable" },
        { "`goal`: `orders >= 5`", "`goal`: `1 = 1`", ".goal contradiction" },
        { "`count('c') >= 3`", "`false`", ".exits.enough unreachable" },
        { "`count('c') >= 3`", "`not false`", ".exits.enough contradiction" },
        { "`count('c') >= 3`", "`count('see') >= 3`", ".exits.enough unknown_interaction 1:7" },
        { "`enough`:", "`more than enough`:", ".exits[\"more than enough\"] invalid_name" },

        // Runs of earlier versions.
        { "`from`: [1]", "`from`: [2]", ".moves.from[0] wrong_order" },
        { "`from`: [1]", "`from`: [1, 1]", ".moves.from[1] duplicate_name" },
        { "`from`: [1]", "`from`: [0]", ".moves.from[0] out_of_range" },
        { "`old`: `done`", "`old`: `dune`", ".moves.steps.old unknown_step" },
    };

    private static string Each(string code) =>
        string.Join('\n', ((string[])["hold", "morning", "ask", "fork", "half", "letter", "case", "note", "done"]).Select(step => $".steps.{step} {code}"));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_in_a_journey_is_told_with_its_place(string text, string replacement, string mistakes)
    {
        Told(With(Flow, text, replacement)).ShouldBe(mistakes);
    }

    [Fact]
    public void A_journey_without_steps_leads_nowhere()
    {
        Told("{ `id`: `none`, `trigger`: { `interaction`: [`a`] }, `start`: `a`, `steps`: {} }").ShouldBe(".start unknown_step\n.steps missing_field");
    }

    [Fact]
    public void A_flow_without_mistakes_has_none()
    {
        Told(Flow).ShouldBe("");
    }

    /// <summary>After a wait no interaction is at hand; after what was waited for one is.</summary>
    [Fact]
    public void What_reads_an_interaction_where_only_a_time_has_come_is_a_mistake()
    {
        var still = With(Flow, Moves, "");
        Told(still).ShouldBe("");
        Told(With(still, "`next`: `fork`, `otherwise`: `half`", "`next`: `half`, `otherwise`: `fork`")).ShouldBe(".steps.fork.branch[0].when not_available");
        var noted = With(still, "`value`: `orders`", "`value`: `property('x')`");
        Told(noted).ShouldBe("");
        Told(With(With(noted, Trigger, "{ `date`: `2030-12-24T09:00:00Z` }").Replace(Keyed, ""), Ask, "`ask`: { `wait`: `1h`, `next`: `fork` }")
            .Replace("`otherwise`: `letter` }", "`otherwise`: `half` }"))
            .ShouldBe(".steps.fork.branch[0].when not_available\n.steps.note.to.value not_available");
    }

    [Fact]
    public void An_action_must_stand_at_the_placement_and_go_on_the_channel()
    {
        var document = JourneyPlaybook.Document(JourneyPlaybook.Journey(Flow));
        document["actions"]![0]!["placements"] = new System.Text.Json.Nodes.JsonArray("panel");
        Told(document.ToJsonString()).ShouldBe(".steps.letter.action contradiction");
        document["actions"]![0]!["placements"] = new System.Text.Json.Nodes.JsonArray("panel", "letter");
        document["actions"]![0]!["channels"] = new System.Text.Json.Nodes.JsonArray("web");
        Told(document.ToJsonString()).ShouldBe(".steps.letter.action contradiction");

        document = JourneyPlaybook.Document(JourneyPlaybook.Journey(With(Flow, "`action`: `always`, ", "")));
        document["actions"]![0]!["channels"] = new System.Text.Json.Nodes.JsonArray("web");
        document["actions"]![1]!["placements"] = new System.Text.Json.Nodes.JsonArray("panel");
        Told(document.ToJsonString()).ShouldBe(".steps.letter.decide unreachable");
    }

    [Fact]
    public void Names_are_given_once()
    {
        var twice = JourneyPlaybook.Read(2, JourneyPlaybook.Journey(Flow), JourneyPlaybook.Journey(Flow));
        twice.Errors.Select(error => $"{error.Path} {error.Code}").ShouldBe(["$.journeys[1].id duplicate_name"]);

        var document = JourneyPlaybook.Document();
        document["receivers"] = new System.Text.Json.Nodes.JsonArray("post", "post", "two words");
        Playbook.Parse(Encoding.UTF8.GetBytes(document.ToJsonString()), 2).Errors.Select(error => $"{error.Path} {error.Code}")
            .ShouldBe(["$.receivers[1] duplicate_name", "$.receivers[2] invalid_name"]);
    }

    [Theory]
    [InlineData("`steps`: {", PlaybookLimits.StepsOfJourney - 9, "`s%`: { `exit`: `completed` }", ".steps")]
    [InlineData("`exits`: {", PlaybookLimits.ExitsOfJourney - 1, "`e%`: `orders > %`", ".exits")]
    [InlineData("`branch`: [", PlaybookLimits.BranchesOfStep - 1, "{ `when`: `orders > %`, `next`: `done` }", ".steps.fork.branch")]
    [InlineData("`from`: [", PlaybookLimits.MovedVersions - 1, "1", ".moves.from")]
    public void Every_list_has_its_bound(string list, int room, string entry, string path)
    {
        string Filled(int entries) => With(Flow, list, list + string.Concat(Enumerable.Range(0, entries).Select(i => entry.Replace("%", $"{i}") + ",")));

        Told(Filled(room)).Split('\n').ShouldNotContain($"{path} too_many");
        Told(Filled(room + 1)).Split('\n').ShouldContain($"{path} too_many");
    }

    [Fact]
    public void No_playbook_has_more_journeys_than_a_turn_can_look_at()
    {
        const string Small = "{ `id`: `j%`, `trigger`: { `interaction`: [`a`] }, `start`: `end`, `steps`: { `end`: { `exit`: `completed` } } }";
        PlaybookParse Read(int count) => JourneyPlaybook.Read(1, [.. Enumerable.Range(0, count).Select(i => JourneyPlaybook.Journey(Small.Replace("%", $"{i}")))]);

        Read(PlaybookLimits.Journeys).Errors.ShouldBeEmpty();
        Read(PlaybookLimits.Journeys + 1).Errors.ShouldContain(error => error.Path == "$.journeys" && error.Code == PlaybookErrorCode.TooMany);
        PlaybookLimits.Journeys.ShouldBeLessThanOrEqualTo(64);
    }

    [Fact]
    public void Hashes_tell_flows_apart_and_not_their_writing()
    {
        string Hash(string flow) => Playbook.Parse(Encoding.UTF8.GetBytes(Document(flow)), 2).Playbook!.Journeys[0].Hash;

        Hash(Flow).ShouldBe(Hash(Flow.Replace("\n", " ").Replace("`id`: `all`, `description`: `One of everything.`", "`description`: `One of everything.`, `id`: `all`")));
        Hash(Flow).ShouldNotBe(Hash(With(Flow, "`1h`", "`2h`")));
        var exits = With(Flow, "`enough`:", "`more`: `orders > 9`, `enough`:");
        Hash(exits).ShouldNotBe(Hash(With(Flow, "`count('c') >= 3`", "`count('c') >= 3`, `more`: `orders > 9`")));
    }

    [Fact]
    public void The_flow_satisfies_the_schema()
    {
        using var schema = JsonDocument.Parse(Playbook.Schema);
        using var document = JsonDocument.Parse(Document(Flow));
        new TinySchema(schema.RootElement).Check(document.RootElement).ShouldBeEmpty();
    }

    internal static string With(string flow, string text, string replacement)
    {
        flow.ShouldContain(text);
        return flow.Replace(text, replacement);
    }

    private static string Document(string flow) =>
        flow.Contains('`') ? JourneyPlaybook.Document().ToJsonString().Replace("\"journeys\":[]", $"\"journeys\":[{flow.Replace('`', '"')}]") : flow;

    /// <summary>Mistakes, one a line, without the path to the journey.</summary>
    private static string Told(string flow)
    {
        var parse = Playbook.Parse(Encoding.UTF8.GetBytes(Document(flow)), 2);
        parse.Succeeded.ShouldBe(parse.Errors.IsEmpty);
        return string.Join('\n', parse.Errors.Select(error =>
            $"{error.Path} {error.Code}".Replace("$.journeys[0]", "") + (error.Line is null ? "" : FormattableString.Invariant($" {error.Line}:{error.Column}"))));
    }
}
