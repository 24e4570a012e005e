using Microsoft.Extensions.Logging;
using SegmentOfOne.Domain;
using SegmentOfOne.Engine.Stories;

namespace SegmentOfOne.Engine.Outbox;

/// <content>An attempt begins with asking the customer, as it is committed wherever it lives: once a turn is committed that refuses what a message
/// carries, no attempt of it begins.</content>
public sealed partial class MessageOutbox
{
    /// <summary>How long asking may take; the store is at hand.</summary>
    private static readonly TimeSpan AskFor = TimeSpan.FromSeconds(10);

    /// <summary>What comes of an attempt that may not be made, or of which that isn't known; null: it may.</summary>
    private async Task<Attempt?> Forbidden(WaitingMessage message)
    {
        if (message.Touch is not { IsTransactional: false } touch)
        {
            return null;
        }

        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            ends.CancelAfter(AskFor);
            return await RefusalOf(message.Id, touch, ends.Token).ConfigureAwait(false) is { } rule ? new Attempt.Withdrawn(rule) : null;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return new Attempt.Abandoned();
        }
        catch (Exception e)
        {
            // Who can't be asked isn't contacted: the message waits, and dies in its time.
            LogNotAsked(message.Id, e);
            return new Attempt.Unasked("customer_unavailable");
        }
    }

    /// <summary>The rule by which a message may not be delivered; null: it may.</summary>
    private async ValueTask<string?> RefusalOf(MessageId id, CarriedTouch touch, CancellationToken ct)
    {
        var customer = await new Story(_home, id.Key).Committed(ct).ConfigureAwait(false);
        if (customer.Version >= id.Version)
        {
            // Who is part of another has said what that one says.
            for (var hops = 0; hops < Detour.MostHops && customer.Identity.Redirect is { } redirect; hops++)
            {
                customer = await new Story(_home, redirect.Into).Committed(ct).ConfigureAwait(false);
            }
        }

        return customer.Version > 0 && (customer.Key != id.Key || customer.Version >= id.Version)
            ? touch.RefusalIn(customer, id)
            : throw new CustomersUnavailableException(Unavailability.Storage, "The customer isn't there any more.", TimeSpan.FromSeconds(1));
    }

    [LoggerMessage(LogLevel.Warning, "The customer of message {Id} can't be asked whether it may be delivered.")]
    private partial void LogNotAsked(MessageId id, Exception why);
}
