using System.Text;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>The smallest playbook that has one of everything, for tests to break in one place.</summary>
internal static class TinyPlaybook
{
    public const string Json = """
        {
          "name": "tiny",
          "currency": "EUR",
          "engagement": {
            "involvement": { "half_life": "7d", "kappa": 20 },
            "interaction": { "half_life": "30d", "kappa": 30 },
            "intimacy": { "half_life": "60d", "kappa": 15 },
            "influence": { "half_life": "180d", "kappa": 40 },
            "blend": { "involvement": 0.2, "interaction": 0.3, "intimacy": 0.25, "influence": 0.25 },
            "shift": { "points": 15, "within": "24h" }
          },
          "interactions": {
            "viewed": { "involvement": 1, "evidence": ["item"], "item": "product_id" },
            "rated": { "intimacy": "4 * (property('rating') - 3)" },
            "ordered": { "interaction": 15, "evidence": ["order"], "revenue": "property('total')", "episode": { "key": "order_id", "phase": "ordered" } }
          },
          "journey": {
            "forward": { "awareness": "true", "purchase": "orders >= 1" },
            "back": [{ "from": "purchase", "to": "awareness", "when": "interaction < 1" }],
            "lapse": { "from": "purchase", "floor": "60d", "factor": 3 },
            "overlays": {
              "at_risk": { "on": "intimacy < 0", "off": "intimacy >= 5" },
              "in_recovery": { "on": "intimacy_fall >= 15", "off": "type = 'rated'" }
            }
          },
          "placements": { "home": { "channels": ["web"] } },
          "actions": [
            {
              "id": "greet",
              "placements": ["home"],
              "eligible": "intimacy >= 0",
              "propensity": 0.5,
              "context": [{ "when": "channel = 'web'", "percent": 20 }],
              "value": "2 + orders",
              "levers": { "season": 10 },
              "treatments": [{ "id": "warm", "when": "orders = 0", "content": { "title": "Hello" } }]
            }
          ]
        }
        """;

    /// <summary>The playbook with the first occurrence of a text replaced.</summary>
    public static string With(string text, string replacement)
    {
        var at = Json.IndexOf(text, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0, $"the tiny playbook has no {text}");
        return Json.Remove(at, text.Length).Insert(at, replacement);
    }

    /// <summary>The playbook with another eligibility of its action.</summary>
    public static string WithEligible(string condition) =>
        With("\"intimacy >= 0\"", System.Text.Json.JsonSerializer.Serialize(condition));

    public static Playbook Parse(string json)
    {
        var parse = Read(json);
        parse.Errors.ShouldBeEmpty();
        return parse.Playbook.ShouldNotBeNull();
    }

    public static PlaybookParse Read(string json) => Playbook.Parse(Encoding.UTF8.GetBytes(json), 1);
}
