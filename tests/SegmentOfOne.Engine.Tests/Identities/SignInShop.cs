using System.Text.Json;
using System.Text.Json.Nodes;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>The default playbook, in which customers sign in on devices; with traits and segments, so that every slice of a customer is used.</summary>
internal static class SignInShop
{
    public static ReadOnlyMemory<byte> Source { get; } = Write();

    public static Identifier Device(int number) => new("anonymous_id", $"a{number}");

    public static TurnRequest Request(Identifier who, string id, string type, Instant? at = null, params (string Name, PropertyValue Value)[] properties) => new()
    {
        Customer = who, Id = id, Type = type, Channel = "web", OccurredAt = at, Properties = Properties.Of(properties),
    };

    public static TurnRequest SignIn(Identifier who, string id, string user) => Request(who, id, "signed_in", null, ("user_id", user));

    public static EngineOptions Options(TemporaryFolder folder, ManualTime? time = null) => new()
    {
        DataFolder = folder.Path, Playbook = Source, Time = time ?? TimeProvider.System, WakesByHand = time is not null,
    };

    private static byte[] Write()
    {
        var document = JsonNode.Parse(Playbook.DefaultSource.Span)!;
        document["traits"] = JsonNode.Parse(
            """
            {
              "views": { "count": true, "of": ["product_viewed"], "within": "30d" },
              "spent": { "sum": "total", "of": ["order_completed"] },
              "last_item": { "last": "product_id", "of": ["product_viewed"] },
              "first_item": { "first": "product_id", "of": ["product_viewed"], "within": "60d" },
              "favourite": { "most_frequent": "product_id", "of": ["product_viewed"], "within": "90d" },
              "items": { "distinct": "product_id", "of": ["product_viewed", "product_added"], "within": "30d" }
            }
            """);

        // Where a customer stands among all others is no field of its own.
        foreach (var (name, _) in document["segments"]!.AsObject().Where(segment => segment.Value!["percentile"] is not null).ToList())
        {
            document["segments"]!.AsObject().Remove(name);
        }

        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
