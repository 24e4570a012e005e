using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Gateway.Rpc;
using SegmentOfOne.Gateway.Treatments;

namespace SegmentOfOne.Gateway;

// The reply of nearly every call, without the message: the bytes of what ToWire makes, which a test holds equal.
public static partial class Wire
{
    /// <summary>An <c>InteractReply</c>.</summary>
    /// <param name="content">Of the playbook that decided.</param>
    public static void Write(ProtobufWriter writer, TurnReply reply, bool duplicate, PlaybookContent content)
    {
        Span<byte> name = stackalloc byte[ReceiptId.MostBytes];
        writer.Text(1, name[..reply.Key.Format(name)]);
        writer.Number(2, (ulong)reply.Version);
        writer.Number(3, (ulong)reply.ObservedThrough);
        writer.Number(4, duplicate ? 1UL : 0);
        writer.Number(5, (ulong)ToWire(reply.Stage));
        Write(writer, 6, reply.Scores);
        foreach (var decision in reply.Decisions)
        {
            Write(writer, 7, decision, content);
        }

        writer.Text(8, reply.InteractionId);
        foreach (var receipt in reply.Withdrawn)
        {
            writer.Text(10, name[..receipt.Format(name)]);
        }
    }

    private static void Write(ProtobufWriter writer, int field, in Scores scores)
    {
        var begun = writer.Begin(field);
        writer.Number(1, scores.Involvement);
        writer.Number(2, scores.Interaction);
        writer.Number(3, scores.Intimacy);
        writer.Number(4, scores.Influence);
        writer.Number(5, scores.Engagement);
        writer.Number(6, scores.Advocacy);
        writer.End(begun);
    }

    private static void Write(ProtobufWriter writer, int field, Decision decision, PlaybookContent content)
    {
        Span<byte> name = stackalloc byte[ReceiptId.MostBytes];
        var begun = writer.Begin(field);
        writer.Text(1, decision.Placement);
        writer.Text(2, decision.Action ?? "");
        writer.Text(3, decision.Treatment ?? "");
        writer.Number(4, decision.Propensity);
        writer.Text(5, name[..decision.ReceiptId.Format(name)]);
        writer.Number(6, decision.Likelihood);
        writer.Number(7, decision.Priority);
        foreach (var each in content.FieldsOf(decision))
        {
            var entry = writer.Begin(8);
            writer.Text(1, each.Name);
            writer.Text(2, each.Template.Fill(decision.Variables));
            writer.End(entry);
        }

        writer.Text(9, decision.Purpose is { } purpose ? Name(purpose) : "");
        if (decision.HeldUntil is { } until)
        {
            Write(writer, 10, until);
        }

        writer.End(begun);
    }

    private static void Write(ProtobufWriter writer, int field, Instant at)
    {
        var (seconds, milliseconds) = Math.DivRem(at.UnixMilliseconds, 1000);
        (seconds, milliseconds) = milliseconds < 0 ? (seconds - 1, milliseconds + 1000) : (seconds, milliseconds);
        var begun = writer.Begin(field);
        writer.Number(1, (ulong)seconds);
        writer.Number(2, (ulong)milliseconds * 1_000_000);
        writer.End(begun);
    }
}
