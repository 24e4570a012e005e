using System.Diagnostics;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Formats;

/// <content>The facts of time, segments, traits, journeys and messages.</content>
public static partial class TurnFormat
{
    private static void WriteClocks(Fact fact, ref Instant time, ref ByteWriter writer)
    {
        switch (fact)
        {
            case TimeCame came:
                writer.Byte((byte)Kind.TimeCame);
                writer.Time(came.Due, ref time);
                break;
            case SegmentEntered entered:
                writer.Byte((byte)Kind.SegmentEntered);
                writer.Text(entered.Segment);
                writer.Time(entered.At, ref time);
                break;
            case SegmentLeft left:
                writer.Byte((byte)Kind.SegmentLeft);
                writer.Text(left.Segment);
                writer.Time(left.At, ref time);
                break;
            case TraitAdopted adopted:
                writer.Byte((byte)Kind.TraitAdopted);
                writer.Text(adopted.Trait);
                writer.Byte((byte)adopted.Kind);
                writer.Natural(adopted.Window);
                break;
            case TraitGained gained:
                writer.Byte((byte)Kind.TraitGained);
                writer.Text(gained.Trait);
                writer.Value(gained.Value);
                writer.Time(gained.At, ref time);
                break;
            case TraitSet set:
                writer.Byte((byte)Kind.TraitSet);
                writer.Text(set.Trait);
                writer.Value(set.Value);
                writer.Time(set.At, ref time);
                break;
            case ConsentExpired expired:
                writer.Byte((byte)Kind.ConsentExpired);
                Write(expired.Subject, ref writer);
                writer.Time(expired.At, ref time);
                break;
            case TouchReleased released:
                writer.Byte((byte)Kind.TouchReleased);
                writer.Natural(released.Version);
                writer.Natural(released.Index);
                break;
            default:
                WriteJourneys(fact, ref time, ref writer);
                break;
        }
    }

    private static Fact ReadClocks(Kind kind, ref Instant time, ref ByteReader reader) => kind switch
    {
        Kind.TimeCame => new TimeCame(reader.Time(ref time)),
        Kind.SegmentEntered => new SegmentEntered(reader.Text(), reader.Time(ref time)),
        Kind.SegmentLeft => new SegmentLeft(reader.Text(), reader.Time(ref time)),
        Kind.TraitAdopted => new TraitAdopted(reader.Text(), (TraitKind)reader.Count((int)TraitKind.Set), reader.Natural()),
        Kind.TraitGained => new TraitGained(reader.Text(), reader.Value(), reader.Time(ref time)),
        Kind.TraitSet => new TraitSet(reader.Text(), reader.Value(), reader.Time(ref time)),
        Kind.ConsentExpired => new ConsentExpired(ReadSubject(ref reader), reader.Time(ref time)),
        Kind.TouchReleased => new TouchReleased(reader.Natural(), reader.Count(Limits.Decisions)),
        _ => ReadJourneys(kind, ref time, ref reader),
    };

    private static void WriteJourneys(Fact fact, ref Instant time, ref ByteWriter writer)
    {
        switch (fact)
        {
            case JourneyEntered entered:
                writer.Byte((byte)Kind.JourneyEntered);
                writer.Text(entered.Journey);
                writer.Natural(entered.Run);
                writer.Natural(entered.Playbook);
                writer.Text(entered.Key);
                writer.Time(entered.At, ref time);
                break;
            case JourneyStepped stepped:
                writer.Byte((byte)Kind.JourneyStepped);
                writer.Text(stepped.Journey);
                writer.Natural(stepped.Run);
                writer.Text(stepped.From);
                writer.Text(stepped.To);
                writer.Natural(stepped.Dwelt);
                writer.Time(stepped.At, ref time);
                writer.OptionalTime(stepped.Due, ref time);
                break;
            case JourneyLeft left:
                writer.Byte((byte)Kind.JourneyLeft);
                writer.Text(left.Journey);
                writer.Natural(left.Run);
                writer.Text(left.Step);
                writer.Byte((byte)left.End);
                writer.Text(left.Rule);
                writer.Natural(left.Dwelt);
                writer.Natural(left.Lasted);
                writer.Time(left.At, ref time);
                break;
            case JourneyMoved moved:
                writer.Byte((byte)Kind.JourneyMoved);
                writer.Text(moved.Journey);
                writer.Natural(moved.Run);
                writer.Natural(moved.FromPlaybook);
                writer.Natural(moved.Playbook);
                writer.Text(moved.From);
                writer.Text(moved.To);
                writer.Natural(moved.Dwelt);
                writer.Time(moved.At, ref time);
                writer.OptionalTime(moved.Due, ref time);
                break;
            case JourneyBarred barred:
                writer.Byte((byte)Kind.JourneyBarred);
                writer.Text(barred.Journey);
                writer.Text(barred.Rule);
                writer.Time(barred.At, ref time);
                break;
            case MessageLeft left:
                writer.Byte((byte)Kind.MessageLeft);
                writer.Natural(left.Index);
                writer.Text(left.Receiver);
                writer.Byte((byte)left.Kind);
                writer.Text(left.Journey);
                writer.Natural(left.Run);
                writer.Text(left.Step);
                writer.Natural(left.Decision is { } decision ? decision + 1 : 0);
                Write(left.Fields, ref writer);
                writer.Time(left.At, ref time);
                break;
            default:
                throw new UnreachableException($"fact {fact.GetType().Name}");
        }
    }

    private static Fact ReadJourneys(Kind kind, ref Instant time, ref ByteReader reader)
    {
        switch (kind)
        {
            case Kind.JourneyEntered:
                return new JourneyEntered(reader.Text(), reader.Natural(), reader.Count(int.MaxValue), reader.Text(), reader.Time(ref time));
            case Kind.JourneyStepped:
                var (journey, run, from, to, dwelt) = (reader.Text(), reader.Natural(), reader.Text(), reader.Text(), reader.Natural());
                var at = reader.Time(ref time);
                return new JourneyStepped(journey, run, from, to, dwelt, reader.OptionalTime(ref time), at);
            case Kind.JourneyLeft:
                return new JourneyLeft(
                    reader.Text(),
                    reader.Natural(),
                    reader.Text(),
                    (JourneyEnd)reader.Count((int)JourneyEnd.Broken),
                    reader.Text(),
                    reader.Natural(),
                    reader.Natural(),
                    reader.Time(ref time));
            case Kind.JourneyMoved:
                return ReadMoved(ref time, ref reader);
            case Kind.JourneyBarred:
                return new JourneyBarred(reader.Text(), reader.Text(), reader.Time(ref time));
            case Kind.MessageLeft:
                return new MessageLeft(
                    reader.Count(Limits.Messages),
                    reader.Text(),
                    (MessageKind)reader.Count((int)MessageKind.Case),
                    reader.Text(),
                    reader.Natural(),
                    reader.Text(),
                    reader.Count(Limits.Decisions) is var decision and > 0 ? decision - 1 : null,
                    ReadProperties(ref reader),
                    reader.Time(ref time));
            default:
                throw new MalformedBytesException($"fact kind {(byte)kind} is unknown");
        }
    }

    private static JourneyMoved ReadMoved(ref Instant time, ref ByteReader reader)
    {
        var (journey, run, fromPlaybook, playbook) = (reader.Text(), reader.Natural(), reader.Count(int.MaxValue), reader.Count(int.MaxValue));
        var (from, to, dwelt) = (reader.Text(), reader.Text(), reader.Natural());
        var at = reader.Time(ref time);
        return new JourneyMoved(journey, run, fromPlaybook, playbook, from, to, dwelt, reader.OptionalTime(ref time), at);
    }

    private static void Write(ConsentSubject subject, ref ByteWriter writer)
    {
        writer.Byte((byte)subject.Kind);
        writer.Byte((byte)subject.Purpose);
        writer.Text(subject.Channel);
    }

    private static ConsentSubject ReadSubject(ref ByteReader reader) =>
        new((ConsentKind)reader.Count((int)ConsentKind.Personalisation), reader.Purpose(), reader.Text());
}
