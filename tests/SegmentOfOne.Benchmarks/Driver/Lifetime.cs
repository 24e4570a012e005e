using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.V1;

namespace SegmentOfOne.Benchmarks.Driver;

/// <summary>What a customer of whom much is known has behind it: 20 interactions, two journeys of the default playbook under way, and an e-mail
/// reserved.</summary>
public static class Lifetime
{
    /// <summary>They are in the journeys after these: the welcome and the abandoned cart.</summary>
    public const int Journeys = 2;

    /// <summary>In their order, without customer, id and time.</summary>
    public static IReadOnlyList<InteractRequest> Interactions { get; } =
    [
        Done("page_viewed", ("page", Value.ForString("home"))),
        Viewed(1),
        Viewed(2),
        Done("products_searched", ("query", Value.ForString("lamp"))),
        Done("consent_given", ("channel", Value.ForString("email"))),
        Done("subscribed", ("channel", Value.ForString("email"))),
        .. Enumerable.Range(3, 6).Select(Viewed),
        Done("wishlist_added", ("product_id", Value.ForString("lamp-4"))),
        Done("product_added", ("product_id", Value.ForString("lamp-5")), ("quantity", Value.ForNumber(1)), ("unit_price", Value.ForNumber(49.90))),
        Done("cart_viewed"),
        Viewed(9),
        Viewed(10),
        Done("page_viewed", ("page", Value.ForString("delivery"))),
        Done("page_viewed", ("page", Value.ForString("returns"))),
        Reached(Viewed(11), "email"),
    ];

    private static InteractRequest Viewed(int product) => Done(
        "product_viewed", ("product_id", Value.ForString($"lamp-{product}")), ("category", Value.ForString("lamps")), ("price", Value.ForNumber(29.90 + product)));

    private static InteractRequest Done(string type, params (string Name, Value Value)[] properties)
    {
        var request = new InteractRequest { Type = type, Channel = "web" };
        foreach (var (name, value) in properties)
        {
            request.Properties.Add(name, value);
        }

        return request;
    }

    private static InteractRequest Reached(InteractRequest request, string placement)
    {
        request.Placements.Add(placement);
        return request;
    }
}
