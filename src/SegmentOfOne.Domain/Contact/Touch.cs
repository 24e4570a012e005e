namespace SegmentOfOne.Domain.Contact;

/// <summary>One touch of the ledger: a reservation and what became of it.</summary>
/// <param name="Version">The turn that chose it.</param>
/// <param name="Slot">The action's place among the ledger's actions.</param>
/// <param name="Trust">What it adds to the trust balance so far.</param>
public readonly record struct Touch(
    long Version,
    int Index,
    int Slot,
    Purpose Purpose,
    string Channel,
    Direction Direction,
    TouchTerms Terms,
    Instant At,
    Instant Expires,
    Instant KeptUntil,
    TouchReport Reports,
    bool Withdrawn,
    double Trust)
{
    /// <summary>Chosen while a past is told again, and never sent: no channel can report of it.</summary>
    public static readonly CustomerKey NeverSent = new(UInt128.MaxValue);

    /// <summary>Whose turn <paramref name="Version"/> is; the default: the customer's own.</summary>
    public CustomerKey Origin { get; init; }

    private const TouchReport Noticed = TouchReport.Seen | TouchReport.Accepted | TouchReport.Dismissed;

    public bool IsTransactional => (Terms & TouchTerms.Transactional) != 0;

    /// <summary>The customer got it. What was noticed was delivered, and what bounced wasn't.</summary>
    public bool IsDelivered =>
        (Reports & Noticed) != 0 || (Reports & (TouchReport.Delivered | TouchReport.Bounced)) == TouchReport.Delivered;

    /// <summary>Nothing was reported, and at this time it may still be delivered.</summary>
    public bool IsPendingAt(Instant now) => Reports == TouchReport.None && !Withdrawn && Expires > now;

    /// <summary>It takes a place in the caps: delivered, or still to be delivered. What is transactional takes none, and neither does what is
    /// held no longer: whether the ledger has already forgotten it must not matter, not even to a cap that a later playbook brings.</summary>
    public bool CountsAt(Instant now) => KeptUntil > now && !IsTransactional && (IsDelivered || IsPendingAt(now));
}
