using SegmentOfOne.Domain.Contact;
using SegmentOfOne.Domain.Location;
using SegmentOfOne.Domain.Zones;

namespace SegmentOfOne.Domain.Formats;

/// <content>The slices of contact, zones and location, and where that of consent stands: a byte with a bit for each that holds something, then those.</content>
public static partial class StateFormat
{
    private const int HasOrder = 1;
    private const int HasTrust = 2;
    private const int HasTouches = 4;
    private const int HasConsent = 8;
    private const int HasZones = 16;
    private const int HasLocation = 32;

    // Bits of a fence that the customer is or was at.
    private const int IsThere = 1;
    private const int WasEntered = 2;
    private const int IsEntered = 4;

    // Bits beside what was reported of a touch.
    private const int WasWithdrawn = 1;
    private const int HasOrigin = 64;

    private static void WriteContact(CustomerState state, Instant time, ref ByteWriter writer)
    {
        var contact = state.Contact;
        var mask = (contact.FirstOrder > 0 ? HasOrder : 0) | (contact.Delivered > 0 || contact.TrustHalfLife > 0 ? HasTrust : 0)
            | (contact.Touches.IsEmpty ? 0 : HasTouches) | (Holds(state.Consent) ? HasConsent : 0)
            | (Holds(state.Zones) ? HasZones : 0) | (state.Location.At is not null ? HasLocation : 0);
        writer.Byte((byte)mask);
        if ((mask & HasOrder) != 0)
        {
            writer.Natural(contact.FirstOrder);
            writer.Natural(contact.CareSinceOrder);
        }

        if ((mask & HasTrust) != 0)
        {
            writer.Natural(contact.Delivered);
            writer.Natural(contact.DeliveredSales);
            writer.Natural(contact.TrustHalfLife);
            Write(contact.TrustBalance, ref time, ref writer);
        }

        if ((mask & HasTouches) != 0)
        {
            WriteTouches(contact, time, ref writer);
        }

        if ((mask & HasConsent) != 0)
        {
            Write(state.Consent, time, ref writer);
        }

        if ((mask & HasZones) != 0)
        {
            Write(state.Zones, time, ref writer);
        }

        if ((mask & HasLocation) != 0)
        {
            Write(state.Location, time, ref writer);
        }
    }

    private static void ReadContact(CustomerState state, Instant time, byte format, ref ByteReader reader)
    {
        var contact = state.Contact;
        var mask = reader.Count(HasOrder | HasTrust | HasTouches | HasConsent | HasZones | HasLocation);
        if ((mask & HasOrder) != 0)
        {
            contact.FirstOrder = reader.Natural();
            contact.CareSinceOrder = reader.Natural();
        }

        if ((mask & HasTrust) != 0)
        {
            contact.Delivered = reader.Natural();
            contact.DeliveredSales = reader.Natural();
            contact.TrustHalfLife = reader.Natural();
            contact.TrustBalance = ReadAccumulator(ref time, ref reader);
        }

        if ((mask & HasTouches) != 0)
        {
            ReadTouches(contact, time, ref reader);
        }

        if ((mask & HasConsent) != 0)
        {
            if (format > SecondVersion)
            {
                Read(state.Consent, time, ref reader);
            }
            else
            {
                ReadDense(state.Consent, time, ref reader);
            }
        }

        if ((mask & HasZones) != 0)
        {
            Read(state.Zones, time, ref reader);
        }

        if ((mask & HasLocation) != 0)
        {
            Read(state.Location, time, ref reader);
        }
    }

    private static bool Holds(ZoneState zones) => zones.Zone.Length > 0 || !zones.Offsets.IsEmpty;

    /// <summary>A touch names its action by the number of the first touch of that action; so do the names stand.</summary>
    private static void WriteTouches(ContactState contact, Instant time, ref ByteWriter writer)
    {
        writer.Natural(contact.Touches.Length);

        Span<int> numbers = stackalloc int[contact.Actions.Length];
        numbers.Clear();
        var known = 0;
        var version = 0L;
        foreach (ref readonly var touch in contact.Touches)
        {
            ref var number = ref numbers[touch.Slot];
            writer.Natural(number);
            if (number == 0)
            {
                number = ++known;
                writer.Text(contact.ActionOf(touch));
            }

            var isOwn = touch.Origin == default;
            writer.Natural(isOwn ? touch.Version - version : touch.Version);
            version = isOwn ? touch.Version : version;
            writer.Natural(touch.Index);
            writer.Kind(touch.Purpose, touch.Direction, touch.Terms);
            writer.Byte((byte)(((byte)touch.Reports << 1) | (touch.Withdrawn ? WasWithdrawn : 0) | (isOwn ? 0 : HasOrigin)));
            if (!isOwn)
            {
                writer.Key(touch.Origin);
            }

            writer.Text(touch.Channel);
            writer.Time(touch.At, ref time);
            writer.Length(touch.At, touch.Expires);
            writer.Length(touch.Expires, touch.KeptUntil);
            writer.Number(touch.Trust);
        }
    }

    private static void ReadTouches(ContactState contact, Instant time, ref ByteReader reader)
    {
        var version = 0L;
        for (var left = reader.Count(Limits.Touches); left > 0; left--)
        {
            var number = reader.Count(contact.Actions.Length);
            var action = number == 0 ? reader.Word() : contact.Actions[number - 1];
            var counted = reader.Natural();
            var index = reader.Count(Limits.Decisions);
            var (purpose, direction, terms) = reader.Kind();
            var reported = reader.Count((HasOrigin << 1) - 1);
            var origin = (reported & HasOrigin) != 0 ? reader.Key() : default;
            var turn = origin == default ? version += Math.Min(counted, long.MaxValue - version) : counted;
            var channel = reader.Word();
            var at = reader.Time(ref time);
            var expires = reader.Length(at);
            contact.Add(action, new Touch(
                turn,
                index,
                0,
                purpose,
                channel,
                direction,
                terms,
                at,
                expires,
                reader.Length(expires),
                (TouchReport)((reported & (HasOrigin - 1)) >> 1),
                (reported & WasWithdrawn) != 0,
                reader.Number())
            {
                Origin = origin,
            });
        }
    }

    private static void Write(ZoneState zones, Instant time, ref ByteWriter writer)
    {
        writer.Text(zones.Zone);
        if (zones.Zone.Length > 0)
        {
            writer.Time(zones.ToldAt, ref time);
        }

        writer.Natural(zones.Offsets.Length);
        foreach (var offset in zones.Offsets)
        {
            writer.Text(offset.Zone);
            writer.ZigZag(offset.Minutes);
        }
    }

    private static void Read(ZoneState zones, Instant time, ref ByteReader reader)
    {
        zones.Zone = reader.Word();
        if (zones.Zone.Length > 0)
        {
            zones.ToldAt = reader.Time(ref time);
        }

        for (var left = reader.Count(Limits.ZoneOffsets); left > 0; left--)
        {
            zones.Add(new ZoneOffset(reader.Word(), reader.Minutes()));
        }
    }

    private static void Write(LocationState location, Instant time, ref ByteWriter writer)
    {
        writer.Time(location.At!.Value, ref time);
        writer.Number(location.Position.Latitude);
        writer.Number(location.Position.Longitude);
        writer.Byte(location.Driving ? (byte)1 : (byte)0);
        writer.Natural(location.Visits.Length);
        foreach (var visit in location.Visits)
        {
            writer.Text(visit.Fence);
            writer.Byte((byte)((visit.Since is null ? 0 : IsThere) | (visit.EnteredAt is null ? 0 : WasEntered) | (visit.IsEntered ? IsEntered : 0)));
            if (visit.Since is { } since)
            {
                writer.Time(since, ref time);
            }

            if (visit.EnteredAt is { } entered)
            {
                writer.Time(entered, ref time);
            }
        }
    }

    private static void Read(LocationState location, Instant time, ref ByteReader reader)
    {
        location.Restore(reader.Time(ref time), new Coordinates(reader.Number(), reader.Number()), reader.Count(1) == 1);
        for (var left = reader.Count(Limits.FenceVisits); left > 0; left--)
        {
            var fence = reader.Word();
            var bits = reader.Count(IsThere | WasEntered | IsEntered);
            location.Add(new FenceVisit(
                fence,
                (bits & IsThere) != 0 ? reader.Time(ref time) : null,
                (bits & WasEntered) != 0 ? reader.Time(ref time) : null,
                (bits & IsEntered) != 0));
        }
    }
}
