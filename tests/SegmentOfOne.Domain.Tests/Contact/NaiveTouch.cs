namespace SegmentOfOne.Domain.Tests.Contact;

/// <summary>One touch as the naive model knows it: what was chosen, and every word that was said of it.</summary>
/// <param name="HeldUntil">How long it is remembered.</param>
internal sealed record NaiveTouch(
    string Receipt, long Turn, ShopAction Action, ShopPlace Place, Instant At, Instant HeldUntil, bool Asked)
{
    public HashSet<string> Reports { get; } = [];

    public bool Withdrawn { get; set; }

    public bool Delivered => Reports.Overlaps(["seen", "accepted", "dismissed"])
        || (!Reports.Contains("bounced") && (Place.Reserve is null || Reports.Contains("delivered")));

    public bool Sells => Action.Purpose == Purpose.Sell;

    public bool Pending(Instant now) =>
        Place.Reserve is { } minutes && Reports.Count == 0 && !Withdrawn && At + TimeSpan.FromMinutes(minutes) > now;

    public bool Counts(Instant now) => !Action.Transactional && (Delivered || Pending(now));

    /// <summary>A non-sale touch delivered +1 (0 if received badly), Sell −1.5 (−0.5 if accepted).</summary>
    public double Trust => !Delivered || Action.Transactional || !Place.Outbound ? 0
        : Sells ? Reports.Contains("accepted") ? -0.5 : -1.5
        : Reports.Contains("dismissed") ? 0 : 1;
}
