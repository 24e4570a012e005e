using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Benchmarks.Decisions;

/// <summary>The default playbook with so many actions of its own kind: each has conditions over the customer's past, weights of context,
/// a lever, and ways to say it with a variable.</summary>
public static class Shop
{
    /// <summary>The customer is here: on the home page.</summary>
    public const string Inbound = "home_hero";

    /// <summary>We go to the customer: by e-mail.</summary>
    public const string Outbound = "email";

    /// <summary>A placement of every channel, beside those of the default playbook.</summary>
    public const string Offer = "offer";

    /// <summary>Actions at <see cref="Offer"/>.</summary>
    public const int Offers = 20;

    private static readonly string[] Purposes = ["sell", "serve", "inform", "care", "reward", "ask"];

    /// <summary>Its playbook.</summary>
    public static Playbook Of(int actions)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["placements"] = new JsonObject
        {
            [Inbound] = new JsonObject(),
            [Outbound] = new JsonObject { ["direction"] = "outbound", ["channels"] = new JsonArray("email"), ["reserve"] = "24h" },
        };
        document["actions"] = new JsonArray([.. Enumerable.Range(0, actions).Select(number => Action(number, Inbound, Outbound))]);
        document.AsObject().Remove("journeys");
        var parse = Playbook.Parse(JsonSerializer.SerializeToUtf8Bytes(document), version: 1);
        return parse.Playbook ?? throw new InvalidOperationException(string.Join("\n", parse.Errors));
    }

    /// <summary>Writes the default playbook, journeys and all, with <see cref="Offers"/> more actions at <see cref="Offer"/>.</summary>
    /// <returns>The file, to be given to a gateway.</returns>
    public static string WriteOffers(string folder)
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["placements"]![Offer] = new JsonObject();
        foreach (var number in Enumerable.Range(0, Offers))
        {
            document["actions"]!.AsArray().Add(Action(number, Offer));
        }

        var file = Path.Combine(folder, "offers.playbook.json");
        File.WriteAllText(file, document.ToJsonString());
        return file;
    }

    private static JsonObject Action(int number, params string[] placements) => new()
    {
        ["id"] = number.ToString("action_0000", CultureInfo.InvariantCulture),
        ["purpose"] = Purposes[number % Purposes.Length],
        ["placements"] = new JsonArray([.. placements]),
        ["eligible"] = $"orders >= {number % 3}",
        ["applicable"] = number % 2 == 0
            ? $"count('product_viewed', {7 + number % 20}d) >= {1 + number % 4} and stage >= 'discovery'"
            : $"evidence('cart', {1 + number % 30}d) or since_last('order_completed') < {number % 90}d",
        ["suitable"] = "intimacy >= -20 and not evidence('complaint', 30d)",
        ["propensity"] = string.Create(CultureInfo.InvariantCulture, $"{(2 + number % 17) / 100m} * (1 + involvement / 100)"),
        ["value"] = $"min({5 + number % 23}, 2 + orders)",
        ["context"] = new JsonArray(
            new JsonObject { ["when"] = "channel in ('app', 'web')", ["percent"] = 10 + number % 30 },
            new JsonObject { ["when"] = "property('page', '') = 'start'", ["percent"] = 5 + number % 7 }),
        ["levers"] = new JsonObject { ["season"] = new JsonObject { ["when"] = "hour_utc() >= 6", ["percent"] = number % 40 } },
        ["treatments"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "known",
                ["when"] = "orders >= 100000",
                ["content"] = new JsonObject { ["title"] = "Good to see you again" },
            },
            new JsonObject
            {
                ["id"] = "plain",
                ["content"] = new JsonObject { ["title"] = "Good to see you, {{first_name}}", ["body"] = "We kept it for you.", ["link"] = "/kept" },
                ["variables"] = new JsonObject { ["first_name"] = new JsonObject { ["value"] = "property('first_name')", ["fallback"] = "friend" } },
            }),
    };
}
