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
        "identified", "signed_in", "signed_up", "email_confirmed", "delivered", "bounced", "seen", "accepted", "dismissed", "quote_requested",
        "consent_given", "consent_denied", "consent_withdrawn", "do_not_contact", "contact_allowed", "do_not_track", "tracking_allowed",
        "do_not_personalise", "personalisation_allowed", "located", "favourite_category", "last_search", "birthday", "regulars",
        "window_shoppers", "happy", "cooling_down", "top_influence", "letter", "welcome", "back_again", "story", "guide_to_choose", "guide",
        "ask_an_expert", "talk", "come_in", "door", "inspiration", "journal", "keep_me_posted", "tell_us_how_to_reach_you", "plain", "saved_cart",
        "kept", "help_with_cart", "questions", "how_we_work", "hello", "returns_promise", "promise", "thank_you", "first", "again",
        "where_is_my_order", "track", "first_steps", "manual", "care_and_repair", "repair", "how_was_it", "one_question", "write_a_review", "ask",
        "join_the_club", "club", "bring_a_friend", "friend", "thank_an_advocate", "visit", "make_it_right", "call", "note", "check_in",
        "how_are_you", "picked_for_you", "offer", "near", "goes_with_it", "fits", "new_arrivals", "new", "cases", "abandoned_cart", "shopping",
        "help", "thinking", "interest", "remind", "last_days", "bought", "helped", "let_go", "settle", "days", "morning", "half", "read", "rest",
        "done", "post_purchase_care", "breath", "thanks", "on_its_way", "unpacked", "steps", "in_use", "question", "answer", "heard", "win_back",
        "weeks", "last_weeks", "peace", "recovery", "case", "apology", "two_days", "escalate", "unsettled", "channel", "page", "first_name",
        "time_zone", "locale", "amount",
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
