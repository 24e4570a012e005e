using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Benchmarks.Decisions;

/// <summary>What a customer has behind it.</summary>
/// <param name="Interactions">That happened, spread over 60 days.</param>
/// <param name="Touches">That its ledger holds: e-mails, all delivered, the last of them nine days ago.</param>
public sealed record Past(int Interactions, int Touches)
{
    private static readonly string[] _types =
    [
        "page_viewed", "products_searched", "product_viewed", "product_viewed", "product_added", "cart_viewed", "checkout_started",
        "order_completed", "page_viewed", "order_delivered",
    ];

    /// <summary>When it is over.</summary>
    public static Instant Now { get; } = Instant.From(new DateTimeOffset(2030, 6, 3, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Whose past it is.</summary>
    public static CustomerKey Key { get; } = new(new UInt128(0x0123456789abcdef, 0xfedcba9876543210));

    /// <summary>The customer.</summary>
    public static Identifier Someone { get; } = new("user_id", "customer-4711");

    /// <summary>Lives it: the state, as bytes.</summary>
    public byte[] Live(Playbook playbook)
    {
        var state = new CustomerState(Key);
        Tell(state, playbook, 0, "consent_given", Properties.Of(("channel", "email")));
        for (int i = 1; i < Interactions; i++)
            Tell(state, playbook, i, _types[i % _types.Length], Properties.Of(("product_id", $"sku-{i % 300}"), ("order_id", $"order-{i / 10}"), ("total", 139.12)));
        for (int i = 0; i < Touches; i++)
            Touch(state, playbook, Now - TimeSpan.FromHours(24 * 9 + 7 * (Touches - i)), i);
        return StateFormat.ToBytes(state);
    }

    private void Tell(CustomerState state, Playbook playbook, int number, string type, Properties properties)
    {
        var at = Now - TimeSpan.FromDays(60) * ((Interactions - number) / (double)Interactions);
        TurnRequest request = new() { Customer = Someone, Id = $"{number}", Type = type, Channel = "web", OccurredAt = at, Properties = properties };
        if (Customer.Decide(state, request, PlaybookSet.Of(playbook), at, Domain.Repeats.HistoryVerdict.NotSeen) is not TurnOutcome.Done)
            throw new InvalidOperationException($"{type} was not taken");
    }

    private static void Touch(CustomerState state, Playbook playbook, Instant at, int number)
    {
        var version = state.Version + 1;
        Reservation reserved = new(0, (Purpose)(1 + number % 5), "email", Direction.Outbound, TouchTerms.None, at, at + TimeSpan.FromDays(1), at + Limits.TouchWindow);
        Customer.Evolve(state, new Turn(version, at, playbook.Version, [new Decided(Shop.Outbound, $"action_{number % 20:0000}", null, 1, 0.1, 1, reserved)]));
        Customer.Evolve(state, new Turn(version + 1, at, playbook.Version, [new TouchReported(version, 0, TouchReport.Delivered, 1)]));
    }
}
