using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Decisions;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Silo.Messages;

/// <summary>A <see cref="TurnReply"/> on its way to another process.</summary>
[GenerateSerializer]
[Alias("segmentofone.turn_reply")]
public readonly record struct TurnReplyMessage
{
    [Id(0)]
    public UInt128 Key { get; init; }

    [Id(1)]
    public long Version { get; init; }

    [Id(2)]
    public long ObservedThrough { get; init; }

    [Id(3)]
    public int Stage { get; init; }

    /// <summary>Involvement, interaction, intimacy, influence, engagement, advocacy.</summary>
    [Id(4)]
    public (double, double, double, double, double, double) Scores { get; init; }

    /// <summary>What was decided, as it is stored: the facts of a turn in their stored format. Empty when nothing was asked.</summary>
    [Id(5)]
    public byte[] Decided { get; init; }

    [Id(6)]
    public ReceiptIdMessage[] Receipts { get; init; }

    /// <summary>The variables of each decision.</summary>
    [Id(7)]
    public PropertyMessage[][] Variables { get; init; }

    [Id(8)]
    public int PlaybookVersion { get; init; }

    [Id(9)]
    public string InteractionId { get; init; }

    [Id(10)]
    public ReceiptIdMessage[] Withdrawn { get; init; }
}

[RegisterConverter]
internal sealed class TurnReplyConverter : IConverter<TurnReply, TurnReplyMessage>
{
    public TurnReply ConvertFromSurrogate(in TurnReplyMessage message)
    {
        var (involvement, interaction, intimacy, influence, engagement, advocacy) = message.Scores;
        return new TurnReply(
            new CustomerKey(message.Key),
            message.Version,
            message.ObservedThrough,
            (Stage)message.Stage,
            new Scores(involvement, interaction, intimacy, influence, engagement, advocacy),
            ReadDecisions(message),
            message.InteractionId)
        {
            PlaybookVersion = message.PlaybookVersion,
            Withdrawn = [.. message.Withdrawn.Select(id => id.Read())],
        };
    }

    public TurnReplyMessage ConvertToSurrogate(in TurnReply reply) => new()
    {
        Key = reply.Key.Value,
        Version = reply.Version,
        ObservedThrough = reply.ObservedThrough,
        Stage = (int)reply.Stage,
        Scores = (reply.Scores.Involvement, reply.Scores.Interaction, reply.Scores.Intimacy, reply.Scores.Influence, reply.Scores.Engagement, reply.Scores.Advocacy),
        Decided = reply.Decisions.IsEmpty ? [] : WriteDecided(reply),
        Receipts = [.. reply.Decisions.Select(decision => ReceiptIdMessage.Write(decision.ReceiptId))],
        Variables = [.. reply.Decisions.Select(decision => PropertyMessage.Write(decision.Variables))],
        InteractionId = reply.InteractionId,
        PlaybookVersion = reply.PlaybookVersion,
        Withdrawn = [.. reply.Withdrawn.Select(ReceiptIdMessage.Write)],
    };

    private static byte[] WriteDecided(TurnReply reply)
    {
        var bytes = new ByteWriter(stackalloc byte[512]);
        try
        {
            TurnFormat.Write(new Turn(reply.Version, default, reply.PlaybookVersion, [.. reply.Decisions.Select(decision => decision.Fact)]), ref bytes);
            return bytes.Written.ToArray();
        }
        finally
        {
            bytes.Dispose();
        }
    }

    private static ImmutableArray<Decision> ReadDecisions(in TurnReplyMessage message)
    {
        if (message.Decided.Length == 0)
        {
            return [];
        }

        var facts = TurnFormat.Read(message.Decided).Facts;
        var decisions = ImmutableArray.CreateBuilder<Decision>(facts.Length);
        for (var i = 0; i < facts.Length; i++)
        {
            decisions.Add(new Decision((Decided)facts[i], message.Receipts[i].Read(), PropertyMessage.Read(message.Variables[i])));
        }

        return decisions.MoveToImmutable();
    }
}
