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
            "ordered": { "interaction": 15, "evidence": ["order"], "revenue": "property('total')", "episode": { "key": "order_id", "phase": "ordered" }, "identifies": { "account": "user_id" } }
          },
          "identity": {
            "kinds": { "user_id": { "priority": 100, "limit": 2, "unique": true }, "device": { "anonymous": true } },
            "blocked": ["nobody"]
          },
          "traits": {
            "favourite": { "most_frequent": "category", "of": ["viewed"], "within": "90d" },
            "views": { "count": true, "of": ["viewed", "rated"], "within": "30d" },
            "spent": { "sum": "total", "of": ["ordered"] },
            "latest": { "last": "product_id", "of": ["viewed"], "within": "30d" },
            "origin": { "first": "source", "of": ["viewed"] },
            "brands": { "distinct": "brand", "of": ["viewed"], "within": "365d" },
            "vip": { "set": true }
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
              "purpose": "inform",
              "placements": ["home"],
              "eligible": "intimacy >= 0",
              "propensity": 0.5,
              "context": [{ "when": "channel = 'web'", "percent": 20 }],
              "value": "2 + orders",
              "levers": { "season": 10 },
              "treatments": [{ "id": "warm", "when": "orders = 0", "content": { "title": "Hello" }, "variables": { "name": { "value": "property('name')", "fallback": "you", "decimals": 0 } } }],
              "transactional": false,
              "channels": ["web"],
              "from": "2020-01-01T00:00:00Z",
              "until": "2099-01-01T00:00:00+01:00",
              "applicable": "orders < 9",
              "suitable": "not at_risk",
              "location": { "weight": 0.5, "fences": ["shop"] }
            }
          ],
          "channels": ["app", "web"],
          "care": { "gamma": 0.5, "lifetime_value": 300 },
          "contact": {
            "time_zone": { "default": "Europe/London", "property": "time_zone" },
            "quiet_hours": [{ "channel": "app", "from": "21:00", "to": "08:00" }],
            "caps": [{ "scope": "channel", "match": "web", "direction": "outbound", "limit": 3, "window": "14d" }],
            "sale_share": { "max": 0.3, "touches": 8, "window": "20d" },
            "trust": { "half_life": "25d", "care": 2, "care_dismissed": -1, "sale": -3, "sale_accepted": 1, "floor": -0.5 },
            "care_after_order": 4,
            "recovery_lock": { "complaint_holds": "15d" },
            "intent": { "types": ["viewed"], "evidence": ["cart"], "holds": "90m" }
          },
          "consent": { "purposes": ["sell"], "channels": ["app"], "expires_after": "700d" },
          "segments": {
            "fans": { "description": "Ours.", "when": "intimacy >= 40" },
            "top": { "percentile": { "score": "influence", "enter": 90, "leave": 87 } }
          },
          "location": {
            "half_life": "5m", "leave": 1.5, "dwell": "30s", "cooldown": "2h", "on_foot_meters": 500, "by_car_meters": 5000,
            "fences": [
              {
                "id": "shop", "latitude": 51.5, "longitude": -0.1, "radius_meters": 100, "sensitive": false, "in_stock": "true",
                "open": { "time_zone": "Asia/Tokyo", "hours": [{ "days": ["monday"], "from": "10:00", "to": "24:00" }] }
              }
            ]
          }
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
