using System.Text;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>A playbook with little besides journeys: interactions that weigh nothing, two placements, an action that is always chosen and one that never is.</summary>
internal static class JourneyPlaybook
{
    private const string Json = """
        {
          "name": "journeys",
          "currency": "EUR",
          "engagement": {
            "involvement": { "half_life": "7d", "kappa": 20 },
            "interaction": { "half_life": "30d", "kappa": 30 },
            "intimacy": { "half_life": "60d", "kappa": 15 },
            "influence": { "half_life": "180d", "kappa": 40 },
            "blend": { "involvement": 0.2, "interaction": 0.3, "intimacy": 0.25, "influence": 0.25 },
            "shift": { "points": 15, "within": "24h" }
          },
          "interactions": { "a": {}, "b": {}, "c": {}, "ordered": { "evidence": ["order"] } },
          "journey": {
            "forward": { "awareness": "true", "purchase": "orders >= 1", "cultivation": "orders >= 3" },
            "back": [],
            "lapse": { "from": "purchase", "floor": "3650d", "factor": 0 },
            "overlays": { "at_risk": { "on": "false", "off": "true" }, "in_recovery": { "on": "false", "off": "true" } }
          },
          "channels": ["web"],
          "placements": {
            "panel": { "channels": ["web"] },
            "letter": { "direction": "outbound", "channels": ["mail"], "reserve": "12h" }
          },
          "actions": [
            {
              "id": "always", "purpose": "serve", "transactional": true, "placements": ["panel", "letter"], "propensity": 0.5, "value": 1,
              "treatments": [{
                "id": "plain",
                "content": { "title": "{{orders}} orders, {{what}}" },
                "variables": { "orders": { "value": "orders", "fallback": "no" }, "what": { "value": "property('x')", "fallback": "nothing" } }
              }]
            },
            { "id": "never", "purpose": "serve", "placements": ["panel", "letter"], "eligible": "orders >= 100000", "propensity": 0.5, "value": 9 }
          ],
          "contact": { "time_zone": { "default": "Europe/London", "property": "zone" } },
          "receivers": ["post", "cases"],
          "segments": { "keen": { "when": "count('a', 240h) >= 3" } },
          "traits": { "mood": { "set": true }, "visits": { "count": true, "of": ["a"] }, "day": { "last": "day", "of": ["a", "b"] } },
          "journeys": []
        }
        """;

    public static JsonObject Document(params JsonNode[] journeys)
    {
        var document = JsonNode.Parse(Json)!.AsObject();
        document["journeys"] = new JsonArray(journeys);
        return document;
    }

    public static Playbook Of(int version, params JsonNode[] journeys)
    {
        var parse = Read(version, journeys);
        parse.Errors.ShouldBeEmpty();
        return parse.Playbook!;
    }

    /// <summary>Of journeys as <see cref="Journey"/> reads them.</summary>
    public static Playbook Of(int version, params string[] journeys) => Of(version, [.. journeys.Select(Journey)]);

    public static PlaybookParse Read(int version, params JsonNode[] journeys) =>
        Playbook.Parse(Encoding.UTF8.GetBytes(Document(journeys).ToJsonString()), version);

    /// <summary>JSON in which ` stands for a double quote.</summary>
    public static JsonNode Journey(string text) => JsonNode.Parse(text.Replace('`', '"'))!;
}
