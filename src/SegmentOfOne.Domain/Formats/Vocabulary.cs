using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Domain.Formats;

/// <summary>
/// Words so common in customers' histories that the formats write a number for them: kinds of identifiers, channels, interaction
/// types, properties, and what the default playbook names. Part of the formats: words are appended, never moved or taken away.
/// The first 64 cost one byte, the others two.
/// </summary>
internal static class Vocabulary
{
    private static readonly ImmutableArray<string> Words =
    [
        "", "user_id", "anonymous_id", "email", "web", "app", "store", "phone", "chat", "call_center",
        "page_viewed", "page_left", "app_opened", "email_opened", "email_clicked", "promotion_viewed", "promotion_clicked",
        "products_searched", "product_list_viewed", "product_viewed", "product_clicked", "product_added", "product_removed",
        "wishlist_added", "cart_viewed", "checkout_started", "payment_info_entered", "order_completed", "order_shipped",
        "order_delivered", "order_refunded", "order_cancelled", "product_used", "store_visited", "contact_info_given",
        "service_contacted", "liked", "shared", "rating_given", "review_submitted", "survey_answered", "complaint_made",
        "product_id", "order_id", "cart_id", "total", "price", "quantity", "name", "category", "query", "url",
        "dwell_seconds", "rating", "sentiment", "nps", "csat", "reach", "public", "forward.awareness", "forward.discovery", "forward.attraction",
        "forward.interaction", "forward.purchase",
        "forward.use", "forward.cultivation", "forward.advocacy", "lapse", "overlays.at_risk", "overlays.in_recovery",
        "home_hero", "app_home", "product_page", "cart", "checkout",
        "order_confirmation", "account", "store_associate", "social", "push", "sms", "kiosk", "device_id", "customer_id", "loyalty_id",
        "product_list_filtered", "product_shared", "wishlist_removed", "coupon_applied", "checkout_step_completed", "product_activated",
        "subscribed", "unsubscribed", "loyalty_joined", "comment_posted", "feedback_given", "referral_made", "referral_converted",
        "recovery_confirmed", "currency", "revenue", "value", "tax", "shipping", "discount", "coupon", "brand", "variant", "sku", "title",
        "path", "referrer", "search", "campaign", "source", "medium", "device", "country", "city", "store_id", "agent_id", "topic",
        "text", "reason", "list_id", "position", "description", "unit_price",
    ];

    private static readonly FrozenDictionary<string, int> Numbers = Words
        .Select((word, number) => KeyValuePair.Create(word, number))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static bool TryNumber(string word, out int number) => Numbers.TryGetValue(word, out number);

    public static bool TryWord(ulong number, [NotNullWhen(true)] out string? word)
    {
        word = number < (ulong)Words.Length ? Words[(int)number] : null;
        return word is not null;
    }
}
