using System.Collections.Immutable;
using System.Diagnostics;
using SegmentOfOne.Domain.Identity;

namespace SegmentOfOne.Domain.Formats;

/// <content>The facts of who is who.</content>
public static partial class TurnFormat
{
    private static void WriteIdentity(Fact fact, ref Instant time, ref ByteWriter writer)
    {
        switch (fact)
        {
            case CameBy came:
                writer.Byte((byte)Kind.CameBy);
                writer.Key(came.Key);
                break;
            case ClaimRefused refused:
                writer.Byte((byte)Kind.ClaimRefused);
                writer.Identifier(refused.Identifier);
                writer.Byte((byte)refused.Reason);
                writer.Time(refused.At, ref time);
                break;
            case MergedInto merged:
                writer.Byte((byte)Kind.MergedInto);
                writer.Key(merged.Survivor);
                writer.Identifier(merged.Name);
                writer.Time(merged.At, ref time);
                break;
            case MergeSettled settled:
                writer.Byte((byte)Kind.MergeSettled);
                writer.Key(settled.Survivor);
                break;
            case PartTaken taken:
                writer.Byte((byte)Kind.PartTaken);
                writer.Key(taken.Key);
                writer.Natural(taken.Version);
                writer.Bytes(taken.State.Span);
                writer.Time(taken.At, ref time);
                break;
            case PartRefused refused:
                writer.Byte((byte)Kind.PartRefused);
                writer.Key(refused.Key);
                writer.Natural(refused.Version);
                writer.Time(refused.At, ref time);
                break;
            case PartGivenUp given:
                writer.Byte((byte)Kind.PartGivenUp);
                writer.Key(given.Key);
                writer.Bytes(given.Kept.Span);
                writer.Time(given.At, ref time);
                break;
            case CustomerRestored restored:
                writer.Byte((byte)Kind.CustomerRestored);
                writer.Key(restored.From);
                writer.Bytes(restored.State.Span);
                writer.Natural(restored.Ids.Length);
                foreach (var id in restored.Ids)
                {
                    writer.Fixed64(id);
                }

                writer.Time(restored.At, ref time);
                break;
            case GivingUpSettled settled:
                writer.Byte((byte)Kind.GivingUpSettled);
                writer.Key(settled.Key);
                break;
            default:
                throw new UnreachableException($"fact {fact.GetType().Name}");
        }
    }

    private static Fact ReadIdentity(Kind kind, ref Instant time, ref ByteReader reader) => kind switch
    {
        Kind.CameBy => new CameBy(reader.Key()),
        Kind.ClaimRefused => new ClaimRefused(reader.Identifier(), (ClaimRefusal)reader.Count((int)ClaimRefusal.NoName), reader.Time(ref time)),
        Kind.MergedInto => new MergedInto(reader.Key(), reader.Identifier(), reader.Time(ref time)),
        Kind.MergeSettled => new MergeSettled(reader.Key()),
        Kind.PartTaken => new PartTaken(reader.Key(), reader.Natural(), ReadState(ref reader), reader.Time(ref time)),
        Kind.PartRefused => new PartRefused(reader.Key(), reader.Natural(), reader.Time(ref time)),
        Kind.PartGivenUp => new PartGivenUp(reader.Key(), ReadState(ref reader), reader.Time(ref time)),
        Kind.CustomerRestored => new CustomerRestored(reader.Key(), ReadState(ref reader), ReadIds(ref reader), reader.Time(ref time)),
        Kind.GivingUpSettled => new GivingUpSettled(reader.Key()),
        Kind.Origin => ReadOfOrigin(ref time, ref reader),
        _ => throw new MalformedBytesException($"fact kind {(byte)kind} is unknown"),
    };

    private static StateBytes ReadState(ref ByteReader reader) => new([.. reader.Bytes()]);

    private static ImmutableArray<ulong> ReadIds(ref ByteReader reader)
    {
        var ids = new ulong[reader.Count(Limits.RetoldTurns)];
        foreach (ref var id in ids.AsSpan())
        {
            id = reader.Fixed64();
        }

        return [.. ids];
    }

    private static void WriteOrigin(Fact fact, ref ByteWriter writer)
    {
        if (fact is TouchFact { Origin: var origin } && origin != default)
        {
            writer.Byte((byte)Kind.Origin);
            writer.Key(origin);
        }
    }

    private static TouchFact ReadOfOrigin(ref Instant time, ref ByteReader reader)
    {
        var origin = reader.Key();
        return ReadFact(ref time, ref reader) is TouchFact { Origin: var own } fact && own == default
            ? fact with { Origin = origin }
            : throw new MalformedBytesException("an origin of what is no touch");
    }
}
