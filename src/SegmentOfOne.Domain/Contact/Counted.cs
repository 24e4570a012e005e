using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Contact;

/// <summary>What caps ask of a touch that counts now.</summary>
internal readonly record struct Counted(Instant At, int Slot, Purpose Purpose, Direction Direction, bool OnThisChannel)
{
    /// <summary>Those of the ledger that the widest window of the playbook's caps may hold; how many there are.</summary>
    public static int Fill(Span<Counted> counted, in Occasion occasion)
    {
        var count = 0;
        var since = occasion.Now - occasion.Contact.WidestCap;
        foreach (ref readonly var touch in occasion.Customer.Contact.Touches)
        {
            if (touch.At > since && touch.CountsAt(occasion.Now))
            {
                counted[count++] = new Counted(touch.At, touch.Slot, touch.Purpose, touch.Direction, touch.Channel == occasion.Channel);
            }
        }

        return count;
    }

    /// <summary>Whether it takes a place of a cap, as far as direction and window go, which opens after <paramref name="since"/>.</summary>
    public bool Takes(CapRule cap, Instant since) => At > since && cap.Covers(Direction);
}
