using System.Globalization;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Gateway;

// Messages that left, and what has become of them.
public static partial class Wire
{
    public static Admin.V1.Outbox ToWire(OutboxFigures figures)
    {
        var wire = new Admin.V1.Outbox { AsOf = ToWire(figures.AsOf) };
        foreach (var receiver in figures.Receivers)
        {
            wire.Receivers.Add(new Admin.V1.OutboxReceiver
            {
                Name = receiver.Name,
                HasAddress = receiver.HasAddress,
                Waiting = (ulong)receiver.Waiting,
                InFlight = (uint)receiver.UnderWay,
                Delivered = (ulong)receiver.Delivered,
                Dead = (ulong)receiver.Dead,
                Withdrawn = (ulong)receiver.Withdrawn,
                Discarded = (ulong)receiver.Discarded,
                OldestWaiting = receiver.OldestWaiting is { } oldest ? ToWire(oldest) : null,
                LastFailure = receiver.LastFailure ?? "",
                LastFailureAt = receiver.LastFailureAt is { } at ? ToWire(at) : null,
                PausedUntil = receiver.PausedUntil is { } until ? ToWire(until) : null,
            });
        }

        return wire;
    }

    public static Admin.V1.OutboxMessages ToWire(OutboxPage page)
    {
        var wire = new Admin.V1.OutboxMessages { AsOf = ToWire(page.AsOf), NextCursor = page.Next?.ToString(CultureInfo.InvariantCulture) ?? "" };
        foreach (var message in page.Messages)
        {
            wire.Messages.Add(ToWire(message));
        }

        return wire;
    }

    public static Admin.V1.OutboxMessage ToWire(OutboxRow message)
    {
        var isWithdrawn = message.Status == MessageStatus.Withdrawn;
        var wire = new Admin.V1.OutboxMessage
        {
            Id = message.Id.ToString(),
            Receiver = message.Receiver,
            Type = Name(message.Kind),
            CustomerKey = message.Id.Key.ToString(),
            Journey = message.Journey,
            Step = message.Step,
            Status = Name(message.Status),
            LeftAt = ToWire(message.LeftAt),
            Attempts = (uint)message.Attempts,
            NextAt = message.Status == MessageStatus.Waiting ? ToWire(message.NextAt) : null,
            LastFailure = isWithdrawn ? "" : message.Failure ?? "",
            LastFailureAt = message.FailedAt is { } failed ? ToWire(failed) : null,
            EndedAt = message.EndedAt is { } ended ? ToWire(ended) : null,
            WithdrawnBy = isWithdrawn ? message.Failure ?? "" : "",
        };
        if (message.Touch is { } touch)
        {
            (wire.Purpose, wire.Channel, wire.Transactional) = (Name(touch.Purpose), touch.Channel, touch.IsTransactional);
        }

        return wire;
    }
}
