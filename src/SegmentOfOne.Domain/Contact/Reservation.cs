namespace SegmentOfOne.Domain.Contact;

/// <summary>What a chosen action reserves: its place in the caps, until the channel reports or the time is up.</summary>
/// <param name="Index">Of the decision in its turn, from 0.</param>
/// <param name="At">When it was chosen, by the recorded clock: at that time it counts.</param>
/// <param name="Expires">Until when the channel may deliver it. <paramref name="At"/> itself: it was delivered with the answer.</param>
/// <param name="KeptUntil">How long something may count it. <paramref name="At"/> itself: nothing does, and the ledger doesn't hold it.</param>
public sealed record Reservation(
    int Index,
    Purpose Purpose,
    string Channel,
    Direction Direction,
    TouchTerms Terms,
    Instant At,
    Instant Expires,
    Instant KeptUntil)
{
    public bool DeliveredAtOnce => Expires == At;
}
