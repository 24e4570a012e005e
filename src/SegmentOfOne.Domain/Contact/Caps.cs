using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>What caps count.</summary>
internal static class Caps
{
    /// <summary>Whether a touch of this kind takes a place of the cap, and so is held back when the cap is full.</summary>
    public static bool Counts(CapRule cap, string action, Purpose purpose, string channel, Direction direction) =>
        cap.Covers(direction) && (cap.Match is null || cap.Scope switch
        {
            CapScope.Overall => true,
            CapScope.Purpose => cap.Purpose == purpose,
            CapScope.Channel => cap.Match == channel,
            CapScope.Action => cap.Match == action,
            _ => throw new System.Diagnostics.UnreachableException($"scope {cap.Scope}"),
        });

    /// <summary>The touches that take places of a cap beside a further one of this kind, within the window that ends now; and when the place
    /// would be free that this one needs, were nothing released: null when it is free.</summary>
    public static (int Count, Instant? FreeAt) Of(
        CapRule cap, ContactState contact, string action, Purpose purpose, string channel, Instant now)
    {
        var since = now - cap.Window;
        var times = new List<Instant>();
        foreach (ref readonly var touch in contact.Touches)
        {
            var same = cap.Scope switch
            {
                CapScope.Overall => true,
                CapScope.Purpose => touch.Purpose == purpose,
                CapScope.Channel => touch.Channel == channel,
                CapScope.Action => contact.ActionOf(touch) == action,
                _ => throw new System.Diagnostics.UnreachableException($"scope {cap.Scope}"),
            };
            if (same && touch.At > since && cap.Covers(touch.Direction) && touch.CountsAt(now))
            {
                times.Add(touch.At);
            }
        }

        times.Sort();
        return (times.Count, times.Count < cap.Limit ? null : times[times.Count - cap.Limit] + cap.Window);
    }
}
