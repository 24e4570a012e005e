using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Grpc;

namespace SegmentOfOne.Gateway.Http;

/// <summary>Messages that left: what has become of them, and sending them again.</summary>
public sealed class OutboxApi(MessageOutbox outbox)
{
    private static readonly IReadOnlyDictionary<string, MessageStatus?> Statuses =
        new[] { MessageStatus.Waiting, MessageStatus.Dead, MessageStatus.Withdrawn }.ToDictionary(Wire.Name, status => (MessageStatus?)status, StringComparer.Ordinal);

    private static readonly QueryParameter<string?> OfReceiver = QueryParameter.Text("receiver", "Only messages for this receiver.");
    private static readonly QueryParameter<string?> ToReceiver = QueryParameter.Text("receiver", "The receiver whose dead messages are sent again.");
    private static readonly QueryParameter<MessageStatus?> InStatus = QueryParameter.Choice("status", "Only messages of this status; those delivered are kept no longer.", Statuses, null);
    private static readonly QueryParameter<int> Limit = QueryParameter.WholeNumber("limit", "Messages of a page.", 1, OutboxQuery.MaxLimit, 50);
    private static readonly QueryParameter<string?> Cursor = QueryParameter.Text("cursor", "next_cursor of the page before, of the same query.");

    public IEnumerable<Operation> Operations =>
    [
        new("GET", "/admin/v1/outbox", "getOutbox", "How it goes with each receiver: what waits, what was delivered, what died, what failed last.")
        {
            Reply = Admin.V1.Outbox.Descriptor,
            Answer = async call => new HttpAnswer.Message(Wire.ToWire(await outbox.Figures(call.Aborted).ConfigureAwait(false))),
        },
        new("GET", "/admin/v1/outbox/messages", "listMessages", "Messages that wait, died or were withdrawn, those written down last first; without what they say.")
        {
            Query = [OfReceiver, InStatus, Limit, Cursor],
            Reply = Admin.V1.OutboxMessages.Descriptor,
            Answer = ListMessages,
        },
        new("POST", "/admin/v1/outbox/messages/{id}/resend", "resendMessage", "Lets a dead message wait again, as if it had just left, by the same id and with the same body; not while the customer refuses what it carries.")
        {
            Reply = Admin.V1.OutboxMessage.Descriptor,
            Problems = [404, 409],
            Answer = Resend,
        },
        new("POST", "/admin/v1/outbox/resend", "resendMessages", "Lets every dead message of a receiver wait again; those that their customers refuse are withdrawn before they are tried.")
        {
            Query = [ToReceiver],
            Reply = Admin.V1.OutboxResent.Descriptor,
            Answer = ResendAll,
        },
    ];

    private async ValueTask<HttpAnswer> ListMessages(HttpCall call)
    {
        var query = call.Query;
        var (receiver, status, limit, cursor) = (query.Read(OfReceiver), query.Read(InStatus), query.Read(Limit), query.Read(Cursor));
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var before = 0L;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Failure.Invalid("invalid_query", "The cursor is not one that this query gave.");
        }

        var wanted = new OutboxQuery { Receiver = receiver, Status = status, Limit = limit, Before = cursor is null ? null : before };
        return new HttpAnswer.Message(Wire.ToWire(await outbox.List(wanted, call.Aborted).ConfigureAwait(false)));
    }

    private async ValueTask<HttpAnswer> Resend(HttpCall call)
    {
        var text = call.Path("id");
        if (!MessageId.TryParse(text, out var id))
        {
            return NoSuchMessage(text);
        }

        return await outbox.Resend(id, call.Aborted).ConfigureAwait(false) switch
        {
            ResendOutcome.Done done => new HttpAnswer.Message(Wire.ToWire(done.Message)),
            ResendOutcome.NotDead alive => new Failure(
                "message_not_dead", $"The message is {Wire.Name(alive.Status)}; only dead ones are sent again.", StatusCode.FailedPrecondition, StatusCodes.Status409Conflict),
            ResendOutcome.Refused refused => new Failure(
                "message_refused", $"The customer doesn't want it: {refused.Rule}.", StatusCode.FailedPrecondition, StatusCodes.Status409Conflict),
            ResendOutcome.NoSuchMessage => NoSuchMessage(text),
            var other => throw new UnreachableException($"{other.GetType().Name} is no outcome of sending again."),
        };
    }

    private async ValueTask<HttpAnswer> ResendAll(HttpCall call)
    {
        var receiver = call.Query.Read(ToReceiver);
        return call.Query.Problem is { } problem ? problem
            : receiver is null or "" ? Failure.Invalid("receiver_missing", "Say in the parameter receiver whose messages.")
            : new HttpAnswer.Message(new Admin.V1.OutboxResent { Resent = (ulong)await outbox.ResendDead(receiver, call.Aborted).ConfigureAwait(false) });
    }

    private static Failure NoSuchMessage(string id) =>
        Failure.NotFound("message_not_found", $"There is no message {id}: it never was, was delivered, or is kept no longer.");
}
