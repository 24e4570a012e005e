using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine;
using SegmentOfOne.Engine.Outbox;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway.Outbox;

/// <summary>
/// Bodies of messages, in JSON. Of every one: <c>id</c> (the idempotency key, also the header webhook-id), <c>type</c> ("touch": say something to the
/// customer; "case": somebody has to look into something), <c>occurred_at</c>, <c>customer</c> (<c>key</c>, <c>identifiers</c>), <c>journey</c>,
/// <c>run</c>, <c>step</c>, <c>playbook</c>. Of a touch: <c>channel</c> and <c>decision</c> (<c>receipt_id</c>, to be reported about and to be asked why;
/// <c>placement</c>, <c>action</c>, <c>treatment</c>, <c>held_until</c>, <c>content</c>: the treatment's fields with everything filled in). Of a case:
/// <c>case</c> with what the step says, such as <c>reason</c>.
/// </summary>
public sealed class MessageBodies(Contents contents)
{
    // Of what browsers would take for more than text nothing is at stake here, and letters stay readable.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes one (<see cref="OutboxOptions.MakeBody"/>).</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Make(OutgoingMessage message, IPlaybooks playbooks, CancellationToken ct)
    {
        var content = await contents.Of(message.PlaybookVersion, playbooks, ct).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(body, Json);
        var left = message.Left;
        json.WriteStartObject();
        json.WriteString("id", message.Id.ToString());
        json.WriteString("type", Wire.Name(left.Kind));
        json.WriteString("occurred_at", left.At.ToString());
        WriteCustomer(json, message);
        json.WriteString("journey", left.Journey);
        json.WriteNumber("run", left.Run);
        json.WriteString("step", left.Step);
        json.WriteNumber("playbook", message.PlaybookVersion);
        if (message.Decided is { } decided)
        {
            WriteDecision(json, message, decided, content);
        }
        else
        {
            json.WriteStartObject("case");
            Write(json, left.Fields);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        await json.FlushAsync(ct).ConfigureAwait(false);
        return body.WrittenMemory;
    }

    private static void WriteCustomer(Utf8JsonWriter json, OutgoingMessage message)
    {
        json.WriteStartObject("customer");
        json.WriteString("key", message.Id.Key.ToString());
        json.WriteStartArray("identifiers");
        foreach (var identifier in message.Identifiers)
        {
            json.WriteStartObject();
            json.WriteString("kind", identifier.Kind);
            json.WriteString("value", identifier.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, OutgoingMessage message, Decided decided, PlaybookContent content)
    {
        if ((decided.Reserved?.Channel ?? decided.AskedBy?.Channel) is { } channel)
        {
            json.WriteString("channel", channel);
        }

        json.WriteStartObject("decision");
        json.WriteString("receipt_id", new ReceiptId(message.Id.Key, message.Id.Version, message.Left.Decision!.Value).ToString());
        json.WriteString("placement", decided.Placement);
        json.WriteString("action", decided.Action);
        json.WriteString("treatment", decided.Treatment);
        if (decided.HeldUntil is { } until)
        {
            json.WriteString("held_until", until.ToString());
        }

        json.WriteStartObject("content");
        foreach (var (name, text) in content.Fill(decided.Action, decided.Treatment, message.Left.Fields))
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Properties fields)
    {
        foreach (var (name, value) in fields)
        {
            switch (value.Kind)
            {
                case PropertyKind.Text:
                    json.WriteString(name, value.Text);
                    break;
                case PropertyKind.Number:
                    json.WriteNumber(name, value.Number);
                    break;
                case PropertyKind.Truth:
                    json.WriteBoolean(name, value.Truth);
                    break;
                default:
                    throw new UnreachableException($"property kind {value.Kind}");
            }
        }
    }
}
