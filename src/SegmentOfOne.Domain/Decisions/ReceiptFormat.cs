using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Domain.Decisions;

/// <summary>A receipt as canonical bytes: equal receipts have equal bytes, so that recomputing one can be compared byte for byte.
/// They are not stored; there is no reader.</summary>
public static class ReceiptFormat
{
    private const byte Version = 1;

    public static byte[] ToBytes(this Receipt receipt)
    {
        var writer = new ByteWriter(stackalloc byte[1024]);
        writer.Byte(Version);
        writer.Fixed64((ulong)(receipt.Id.Key.Value >> 64));
        writer.Fixed64((ulong)receipt.Id.Key.Value);
        writer.Natural(receipt.Id.Version);
        writer.Natural(receipt.Id.Index);
        writer.Text(receipt.Placement);
        writer.OptionalText(receipt.Action);
        writer.OptionalText(receipt.Treatment);
        writer.Number(receipt.Propensity);
        writer.Natural(receipt.PlaybookVersion);
        writer.ZigZag(receipt.At.UnixMilliseconds);
        writer.ZigZag(receipt.RecordedAt.UnixMilliseconds);
        writer.Text(receipt.Channel);
        writer.Text(receipt.TouchChannel);
        writer.Byte((byte)receipt.Direction);
        writer.ZigZag(receipt.HeldUntil?.UnixMilliseconds ?? 0);
        writer.Byte((byte)receipt.Stage);
        writer.Number(receipt.Scores.Involvement);
        writer.Number(receipt.Scores.Interaction);
        writer.Number(receipt.Scores.Intimacy);
        writer.Number(receipt.Scores.Influence);
        writer.Number(receipt.Scores.Engagement);
        writer.Number(receipt.Scores.Advocacy);
        writer.Natural(receipt.Candidates.Length);
        foreach (var candidate in receipt.Candidates)
        {
            Write(candidate, ref writer);
        }

        var bytes = writer.Written.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static void Write(Candidate candidate, ref ByteWriter writer)
    {
        writer.Text(candidate.Action);
        writer.Byte((byte)candidate.Purpose);
        writer.Byte((byte)candidate.Verdict);
        writer.OptionalText(candidate.Rule);
        writer.OptionalText(candidate.Needed);
        writer.OptionalText(candidate.Treatment);
        writer.Number(candidate.Likelihood);
        writer.Number(candidate.Context);
        writer.Number(candidate.Value);
        writer.Number(candidate.Lever);
        writer.Number(candidate.Priority);
        writer.Natural(candidate.Steps.Length);
        foreach (var step in candidate.Steps)
        {
            writer.Byte((byte)step.Gate);
            writer.Text(step.Rule);
            writer.Byte((byte)step.Ruling);
            writer.Text(step.Remark);
            writer.Natural(step.Facts.Length);
            foreach (var fact in step.Facts)
            {
                writer.Text(fact.Name);
                writer.Text(fact.Value);
            }
        }
    }
}
