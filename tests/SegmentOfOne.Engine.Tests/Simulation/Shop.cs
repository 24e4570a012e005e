using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Tests.Simulation;

/// <summary>What customers of a shop do.</summary>
internal static class Shop
{
    public static readonly string[] Types =
    [
        "page_viewed", "products_searched", "product_viewed", "product_added", "order_completed", "order_refunded", "store_visited",
        "complaint_made", "liked", "shared", "review_submitted", "loyalty_joined", "never_heard_of",
    ];

    public static readonly string[] Reports = ["delivered", "delivered", "bounced", "seen", "accepted", "dismissed"];

    public static readonly string[] Channels = ["web", "app", "store"];

    public static Properties Properties(Random random) => Domain.Properties.Of(
        ("product_id", $"p{random.Next(50)}"),
        ("order_id", $"o{random.Next(20)}"),
        ("total", random.Next(10_000) / 100.0),
        ("rating", random.Next(1, 6)));
}
