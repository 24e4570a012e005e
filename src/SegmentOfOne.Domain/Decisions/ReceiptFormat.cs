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
        writer.Text(receipt.Channel);
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
            writer.Text(candidate.Action);
            writer.Byte((byte)candidate.Verdict);
            writer.OptionalText(candidate.Rule);
            writer.OptionalText(candidate.Treatment);
            writer.Number(candidate.Likelihood);
            writer.Number(candidate.Context);
            writer.Number(candidate.Value);
            writer.Number(candidate.Lever);
            writer.Number(candidate.Priority);
        }

        var bytes = writer.Written.ToArray();
        writer.Dispose();
        return bytes;
    }
}
