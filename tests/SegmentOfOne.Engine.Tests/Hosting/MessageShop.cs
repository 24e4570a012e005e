using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Engine.Tests.Hosting;

/// <summary>The default playbook with journeys that leave a message at once: a product viewed opens a case with <see cref="Good"/>, one added with
/// <see cref="Bad"/>; a cart viewed says hello by <see cref="Good"/>. Everything may be said at any hour.</summary>
public static class MessageShop
{
    public const string Good = "good";
    public const string Bad = "bad";
    public const string ForGood = "product_viewed";
    public const string ForBad = "product_added";
    public const string Hello = "cart_viewed";

    /// <summary>Says by <see cref="Good"/> what is owed to the customer.</summary>
    public const string Owed = "coupon_applied";

    /// <summary>After it nothing may be said.</summary>
    public const string Silence = "do_not_contact";

    public static ReadOnlyMemory<byte> Source { get; } = Write("Hello {{name}}, <b>again</b>");

    /// <summary>With another text in what says hello.</summary>
    public static byte[] Write(string text)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["receivers"] = new JsonArray(Bad, Good);
        document["journeys"] = new JsonArray(
            Journey("good_case", ForGood, """{ "open_case": "good", "reason": "Seen", "next": "done" }"""),
            Journey("bad_case", ForBad, """{ "open_case": "bad", "reason": "Added", "next": "done" }"""),
            Journey("owed", Owed, """{ "decide": "letter", "channel": "email", "action": "owed", "receiver": "good", "next": "done" }"""),
            Journey("hello", Hello, """{ "decide": "letter", "channel": "email", "action": "hello", "receiver": "good", "next": "done" }"""));
        document["actions"]!.AsArray().Add(JsonNode.Parse(
            """
            {
              "id": "owed", "purpose": "serve", "transactional": true, "placements": ["letter"], "propensity": 0.5, "value": 1,
              "treatments": [{ "id": "plain", "content": { "subject": "Your parcel" } }]
            }
            """));
        document["actions"]!.AsArray().Add(JsonNode.Parse(
            """
            {
              "id": "hello", "purpose": "care", "placements": ["letter"], "propensity": 0.5, "value": 1,
              "treatments": [{
                "id": "plain", "content": { "subject": "Hello", "text": "" },
                "variables": { "name": { "value": "property('first_name')", "fallback": "friend" } }
              }]
            }
            """));
        var content = document["actions"]!.AsArray()[^1]!["treatments"]![0]!["content"]!;
        content["text"] = text;
        document["consent"] = new JsonObject();
        document["contact"]!["quiet_hours"] = new JsonArray();
        document["contact"]!["caps"] = new JsonArray();
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private static JsonNode Journey(string id, string type, string step) => JsonNode.Parse(
        $$"""{ "id": "{{id}}", "trigger": { "interaction": ["{{type}}"], "within": "730d" }, "start": "say", "steps": { "say": {{step}}, "done": { "exit": "completed" } } }""")!;
}
