using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Domain.Formats;

/// <summary>
/// Words so common in customers' histories that the formats write a number for them: kinds of identifiers, channels, interaction
/// types and properties of the usual vocabularies. Part of the formats: words are appended, never moved or taken away.
/// The first 64 cost one byte.
/// </summary>
internal static class Vocabulary
{
    private static readonly ImmutableArray<string> Words =
    [
        "", "user_id", "anonymous_id", "email", "phone", "web", "app", "store", "call_center", "push", "sms", "social",
        "page_viewed", "product_viewed", "products_searched", "product_added", "product_removed", "cart_viewed",
        "checkout_started", "order_completed", "order_refunded", "order_cancelled", "order_delivered", "product_used",
        "store_visited", "app_opened", "email_opened", "email_clicked", "link_clicked", "complaint_made", "review_submitted",
        "referral_made", "referral_converted", "survey_answered", "liked", "shared", "service_contacted", "recovery_confirmed",
        "product_id", "order_id", "cart_id", "revenue", "currency", "price", "quantity", "value", "total", "url", "title", "query",
        "category", "rating", "sentiment", "score", "reach", "dwell_seconds", "name", "sku", "campaign", "source", "device", "country",
        "coupon", "discount",
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
