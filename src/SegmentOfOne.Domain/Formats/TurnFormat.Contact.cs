using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Location;

namespace SegmentOfOne.Domain.Formats;

/// <content>The facts of consent, contact, zones and location.</content>
public static partial class TurnFormat
{
    private static void WriteContact(Fact fact, ref Instant time, ref ByteWriter writer)
    {
        switch (fact)
        {
            case ConsentTold told:
                writer.Byte((byte)(told.Origin is null ? Kind.ConsentTold : Kind.ConsentToldFrom));
                Write(told.Subject, ref writer);
                writer.Byte((byte)told.Status);
                writer.Time(told.At, ref time);
                if (told.Origin is { } origin)
                {
                    writer.Text(origin.Source);
                    writer.Text(origin.Proof);
                    writer.Text(origin.PolicyVersion);
                }

                break;
            case ZoneTold told:
                writer.Byte((byte)Kind.ZoneTold);
                writer.Text(told.Zone);
                writer.Time(told.At, ref time);
                break;
            case OffsetAdopted adopted:
                writer.Byte((byte)Kind.OffsetAdopted);
                writer.Text(adopted.Zone);
                writer.ZigZag(adopted.Minutes);
                break;
            case LocationNoted noted:
                writer.Byte((byte)Kind.LocationNoted);
                writer.Number(noted.Position.Latitude);
                writer.Number(noted.Position.Longitude);
                writer.Byte(noted.Driving ? (byte)1 : (byte)0);
                writer.Time(noted.At, ref time);
                break;
            case FenceChanged changed:
                writer.Byte((byte)Kind.FenceChanged);
                writer.Text(changed.Fence);
                writer.Byte((byte)changed.Phase);
                writer.Time(changed.At, ref time);
                break;
            case LocationForgotten:
                writer.Byte((byte)Kind.LocationForgotten);
                break;
            case TrustMeasured measured:
                writer.Byte((byte)Kind.TrustMeasured);
                writer.Natural(measured.HalfLife);
                break;
            case TouchReported reported:
                writer.Byte((byte)Kind.TouchReported);
                writer.Natural(reported.Version);
                writer.Natural(reported.Index);
                writer.Byte((byte)reported.Report);
                writer.Number(reported.Trust);
                break;
            case ReportUnmatched unmatched:
                writer.Byte((byte)Kind.ReportUnmatched);
                writer.Byte((byte)unmatched.Report);
                writer.Byte((byte)unmatched.Reason);
                break;
            case TouchWithdrawn withdrawn:
                writer.Byte((byte)Kind.TouchWithdrawn);
                writer.Natural(withdrawn.Version);
                writer.Natural(withdrawn.Index);
                writer.Text(withdrawn.Rule);
                break;
            default:
                WriteClocks(fact, ref time, ref writer);
                break;
        }
    }

    private static Fact ReadContact(Kind kind, ref Instant time, ref ByteReader reader) => kind switch
    {
        Kind.ConsentTold => new ConsentTold(ReadSubject(ref reader), reader.Status(), reader.Time(ref time)),
        Kind.ConsentToldFrom => new ConsentTold(
            ReadSubject(ref reader), reader.Status(), reader.Time(ref time), new ConsentOrigin(reader.Text(), reader.Text(), reader.Text())),
        Kind.ZoneTold => new ZoneTold(reader.Text(), reader.Time(ref time)),
        Kind.OffsetAdopted => new OffsetAdopted(reader.Text(), reader.Minutes()),
        Kind.LocationNoted => new LocationNoted(
            new Coordinates(reader.Number(), reader.Number()), reader.Count(1) == 1, reader.Time(ref time)),
        Kind.FenceChanged => new FenceChanged(reader.Text(), (FencePhase)reader.Count((int)FencePhase.Left), reader.Time(ref time)),
        Kind.LocationForgotten => new LocationForgotten(),
        Kind.TrustMeasured => new TrustMeasured(reader.Natural()),
        Kind.TouchReported => new TouchReported(reader.Natural(), reader.Count(Limits.Decisions), reader.Reports(), reader.Number()),
        Kind.ReportUnmatched => new ReportUnmatched(reader.Reports(), (Mismatch)reader.Count((int)Mismatch.NotHeld)),
        Kind.TouchWithdrawn => new TouchWithdrawn(reader.Natural(), reader.Count(Limits.Decisions), reader.Text()),
        _ => ReadClocks(kind, ref time, ref reader),
    };

    /// <summary>Which kind of decision it is and, where a journey asked, how.</summary>
    private static void WriteAsk(JourneyAsk? ask, ref ByteWriter writer)
    {
        writer.Byte((byte)(ask is null ? Kind.Decided : Kind.DecidedForJourney));
        if (ask is not null)
        {
            writer.Text(ask.Channel);
            writer.OptionalText(ask.Action);
        }
    }

    private static Decided ReadDecidedForJourney(ref Instant time, ref ByteReader reader)
    {
        var ask = new JourneyAsk(reader.Text(), reader.OptionalText());
        return ReadDecided(ref time, ref reader) with { AskedBy = ask };
    }

    /// <summary>A byte 0 without a reservation.</summary>
    private static void WriteReserved(Decided decided, ref Instant time, ref ByteWriter writer)
    {
        if (decided.Reserved is not { } reserved)
        {
            writer.Byte(0);
            return;
        }

        writer.Byte((byte)(1 + reserved.Index));
        writer.Kind(reserved.Purpose, reserved.Direction, reserved.Terms);
        writer.Text(reserved.Channel);
        writer.Time(reserved.At, ref time);
        writer.Length(reserved.At, reserved.Expires);
        writer.Length(reserved.Expires, reserved.KeptUntil);
    }

    private static Decided ReadDecided(ref Instant time, ref ByteReader reader)
    {
        var decided = new Decided(
            reader.Text(), reader.OptionalText(), reader.OptionalText(), reader.Number(), reader.Number(), reader.Number());
        var index = reader.Count(Limits.Decisions);
        if (index == 0)
        {
            return decided;
        }

        var (purpose, direction, terms) = reader.Kind();
        var channel = reader.Text();
        var at = reader.Time(ref time);
        var expires = reader.Length(at);
        return decided with
        {
            Reserved = new Reservation(index - 1, purpose, channel, direction, terms, at, expires, reader.Length(expires)),
        };
    }
}
