using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>Journeys with anything anywhere: reading them never throws, and what is found sound never stops a turn.</summary>
public sealed class JourneyFuzzTests
{
    private static readonly string[] Scraps =
    [
        "null", "true", "-1", "0", "1", "2", "3", "1e308", "0.5", "[]", "{}", "[1]", "[\"a\"]", "[\"a\", \"b\"]", "\"\"", "\"a\"", "\"s0\"", "\"s1\"", "\"s2\"", "\"j0\"",
        "\"never\"", "\"after 3d\"", "\"1s\"", "\"1h\"", "\"730d\"", "\"800d\"", "\"09:00\"", "\"25:00\"", "\"letter\"", "\"panel\"", "\"mail\"", "\"web\"",
        "\"post\"", "\"cases\"", "\"always\"", "\"never\"", "\"mood\"", "\"visits\"", "\"day\"", "\"keen\"", "\"purchase\"", "\"lapsed\"", "\"completed\"",
        "\"converted\"", "\"2030-07-01T00:00:00Z\"", "\"orders >= 1\"", "\"type = 'a'\"", "\"property('x') > 2\"", "\"true\"", "\"1 > 2\"", "\"in_journey('j0')\"",
        "\"in_segment('keen')\"", "\"trait('mood', 0) > 1\"", "\"silence() > 5d\"", "\"hour_utc() in (1, 2, 3)\"", "{ \"value\": \"1 / 0\" }", "{ \"value\": \"stage\" }",
        "{ \"exit\": \"completed\" }", "{ \"wait\": \"1s\", \"next\": \"s0\" }", "{ \"until\": \"00:00\", \"next\": \"s1\" }", "{ \"from\": [1] }", "\"\\ud83d\\ude00\"",
    ];

    private static readonly string[] Names =
    [
        "interaction", "segment", "left_segment", "stage", "date", "date_of", "within", "at", "ahead", "yearly", "when", "next", "otherwise", "wait", "until",
        "wait_for", "branch", "split", "decide", "set", "to", "open_case", "exit", "receiver", "action", "channel", "key", "concurrency", "reentry", "moves", "goal",
    ];

    [Fact]
    public void Nothing_that_can_be_written_stops_a_reader_or_a_turn()
    {
        var (sound, turns) = (0, 0);
        for (var seed = 0; seed < 6_000; seed++)
        {
            var random = new Random(seed);
            try
            {
                if (Read(random, 1) is { } before && (++sound, Read(random, 2)) is var (_, after))
                {
                    turns += Live(random, before, after ?? before);
                }
            }
            catch (Exception broken) when (broken is not ShouldAssertException)
            {
                throw new InvalidOperationException($"seed {seed}", broken);
            }
        }

        sound.ShouldBeGreaterThan(1_000);
        turns.ShouldBeGreaterThan(20_000);
    }

    private static Playbook? Read(Random random, int version)
    {
        var flows = new RandomFlows(random).Some(movable: version > 1);
        var json = new JsonArray([.. flows.Select(flow => flow.Json())]);
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            Change(random, json);
        }

        var document = JourneyPlaybook.Document();
        document["journeys"] = json;
        var parse = Playbook.Parse(Encoding.UTF8.GetBytes(document.ToJsonString()), version);
        parse.Succeeded.ShouldBe(parse.Errors.IsEmpty);
        return parse.Playbook;
    }

    /// <summary>Replaces, removes or adds something somewhere.</summary>
    private static void Change(Random random, JsonNode root)
    {
        var node = root;
        while (random.Next(6) > 0 && Inner(random, node) is { } inner)
        {
            node = inner;
        }

        JsonNode? Scrap() => JsonNode.Parse(Scraps[random.Next(Scraps.Length)]);
        switch (node)
        {
            case JsonObject { Count: > 0 } fields:
                var name = fields.ElementAt(random.Next(fields.Count)).Key;
                switch (random.Next(4))
                {
                    case 0:
                        fields.Remove(name);
                        break;
                    case 1:
                        fields[Names[random.Next(Names.Length)]] = Scrap();
                        break;
                    default:
                        fields[name] = Scrap();
                        break;
                }

                break;
            case JsonArray { Count: > 0 } items:
                items[random.Next(items.Count)] = Scrap();
                break;
        }
    }

    private static JsonNode? Inner(Random random, JsonNode node) => node switch
    {
        JsonObject { Count: > 0 } fields => fields.ElementAt(random.Next(fields.Count)).Value is (JsonObject or JsonArray) and var inner ? inner : null,
        JsonArray { Count: > 0 } items => items[random.Next(items.Count)] is (JsonObject or JsonArray) and var inner ? inner : null,
        _ => null,
    };

    /// <summary>Two months, the second under the other playbook; how many turns.</summary>
    private static int Live(Random random, Playbook before, Playbook after)
    {
        var customer = new LivingCustomer(before);
        for (var i = 0; i < 12; i++)
        {
            var now = Time.Hour((i * 100) + random.Next(100));
            customer.LiveUntil(now);
            customer.Playbook = i < 6 ? before : after;
            customer.Ask(
                new TurnRequest
                {
                    Customer = Lives.Someone,
                    Id = $"{i}",
                    Type = ((string[])["a", "b", "c", "ordered"])[random.Next(4)],
                    Channel = "web",
                    Properties = Properties.Of(("key", $"k{random.Next(3)}"), ("x", random.Next(6)), ("day", "2030-07-09")),
                },
                now).ShouldBeOfType<TurnOutcome.Done>();
        }

        return customer.Turns.Count;
    }
}
