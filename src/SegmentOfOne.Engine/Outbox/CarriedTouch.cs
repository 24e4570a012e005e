using SegmentOfOne.Domain;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>The touch that a message carries, as far as it says who may stop it.</summary>
/// <param name="Decision">Which decision of the turn that left the message, from 0.</param>
/// <param name="Channel">The channel on which it goes.</param>
/// <param name="IsTransactional">It is owed to the customer, and goes whatever was refused.</param>
public sealed record CarriedTouch(int Decision, Purpose Purpose, string Channel, Direction Direction, bool IsTransactional)
{
    /// <summary>The rule of <see cref="RefusalIn"/> for a touch that a turn withdrew.</summary>
    public const string Withdrawn = "touch_withdrawn";

    /// <summary>Stands for "none" in a column.</summary>
    internal const int None = -1;

    private const int Purposes = 8;
    private const int Outbound = 8;
    private const int Transactional = 16;

    /// <summary>All but decision and channel as a number for a column: the purpose's, 8 more where it goes out, 16 more where it is transactional.</summary>
    internal int Code => (int)Purpose | (Direction == Direction.Outbound ? Outbound : 0) | (IsTransactional ? Transactional : 0);

    /// <summary>What a message of a turn carries; null: no touch.</summary>
    internal static CarriedTouch? Of(Turn turn, MessageLeft left)
    {
        var index = left.Decision ?? None;
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided && index-- == 0)
            {
                return decided.Reserved is { } reserved
                    ? new CarriedTouch(left.Decision!.Value, reserved.Purpose, reserved.Channel, reserved.Direction, (reserved.Terms & Domain.Contact.TouchTerms.Transactional) != 0)
                    : null;
            }
        }

        return null;
    }

    /// <summary>What columns say; null: no touch.</summary>
    internal static CarriedTouch? Read(int decision, int code, string channel) => code == None
        ? null
        : new CarriedTouch(decision, (Purpose)(code % Purposes), channel, (code & Outbound) != 0 ? Direction.Outbound : Direction.Inbound, (code & Transactional) != 0);

    /// <summary>The rule by which the customer, as it is now, may not be brought it any more: one of consent, or that a turn withdrew it; null: it may.</summary>
    /// <param name="customer">Whose message it is, or the one that this is part of.</param>
    internal string? RefusalIn(CustomerState customer, MessageId id)
    {
        if (IsTransactional)
        {
            return null;
        }

        var place = customer.Contact.Find(customer.Key == id.Key ? default : id.Key, id.Version, Decision);
        return customer.Consent.RefusalOf(Purpose, Channel, Direction)
            ?? (place >= 0 && customer.Contact.Touches[place].Withdrawn ? Withdrawn : null);
    }
}
