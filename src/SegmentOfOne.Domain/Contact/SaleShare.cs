using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>How much of what goes out to a customer sells: among the touches of the window, and among the last of these. The touch that is
/// being decided is not in the counts.</summary>
internal readonly record struct SaleShare(int Sales, int Touches, int LastSales, int LastTouches)
{
    // 0.4 of 5 must be 2, whatever the fifth bit of 0.4.
    private const double Tolerance = 1e-9;

    public static SaleShare Of(ContactState contact, SaleShareRule rule, Instant now)
    {
        var since = now - rule.Window;
        int sales = 0, touches = 0, lastSales = 0, lastTouches = 0;
        for (var i = contact.Touches.Length - 1; i >= 0; i--)
        {
            ref readonly var touch = ref contact.Touches[i];
            if (touch.Direction == Direction.Inbound || touch.At <= since || !touch.CountsAt(now))
            {
                continue;
            }

            var sale = touch.Purpose == Purpose.Sell ? 1 : 0;
            touches++;
            sales += sale;

            // With the touch that is being decided there are so many.
            if (touches < rule.Touches)
            {
                lastTouches++;
                lastSales += sale;
            }
        }

        return new SaleShare(sales, touches, lastSales, lastTouches);
    }

    /// <summary>Whether the share would still be allowed with one more sale.</summary>
    public bool Allows(SaleShareRule rule) => Fits(Sales, Touches, rule.Most) && Fits(LastSales, LastTouches, rule.Most);

    private static bool Fits(int sales, int touches, double most) => sales + 1 <= most * (touches + 1) + Tolerance;
}
