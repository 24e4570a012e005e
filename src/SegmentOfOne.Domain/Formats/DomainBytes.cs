using System.Diagnostics;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Formats;

/// <summary>The domain's words in bytes, for both formats.</summary>
internal static class DomainBytes
{
    private const long Minute = 60_000;

    private const long MillisecondsPerHour = 3_600_000;

    /// <summary>A time as the signed difference in milliseconds to the time before, which it then is for the next.</summary>
    public static void Time(ref this ByteWriter writer, Instant at, ref Instant before)
    {
        writer.ZigZag(at.UnixMilliseconds - before.UnixMilliseconds);
        before = at;
    }

    /// <inheritdoc cref="Time(ref ByteWriter, Instant, ref Instant)"/>
    public static Instant Time(ref this ByteReader reader, ref Instant before) =>
        before = new Instant(unchecked(before.UnixMilliseconds + reader.ZigZag()));

    /// <summary>A byte 0 for no time; else a byte 1 and the time.</summary>
    public static void OptionalTime(ref this ByteWriter writer, Instant? at, ref Instant before)
    {
        writer.Byte(at is null ? (byte)0 : (byte)1);
        if (at is { } time)
        {
            writer.Time(time, ref before);
        }
    }

    /// <inheritdoc cref="OptionalTime(ref ByteWriter, Instant?, ref Instant)"/>
    public static Instant? OptionalTime(ref this ByteReader reader, ref Instant before) =>
        reader.Count(1) == 0 ? null : reader.Time(ref before);

    /// <summary>A byte with the kind, or the truth itself, then the text or the number.</summary>
    public static void Value(ref this ByteWriter writer, PropertyValue value)
    {
        switch (value.Kind)
        {
            case PropertyKind.Text:
                writer.Byte(0);
                writer.Text(value.Text);
                break;
            case PropertyKind.Number:
                writer.Byte(1);
                writer.Number(value.Number);
                break;
            case PropertyKind.Truth:
                writer.Byte(value.Truth ? (byte)3 : (byte)2);
                break;
            default:
                throw new UnreachableException($"property kind {value.Kind}");
        }
    }

    /// <inheritdoc cref="Value(ref ByteWriter, PropertyValue)"/>
    public static PropertyValue Value(ref this ByteReader reader) => reader.Byte() switch
    {
        0 => reader.Text(),
        1 => reader.Number(),
        2 => false,
        3 => true,
        var other => throw new MalformedBytesException($"property kind {other} is unknown"),
    };

    /// <summary>A length of at least 0 in milliseconds: twice its minutes where it is whole minutes, else one more than twice its milliseconds.</summary>
    public static void Length(ref this ByteWriter writer, Instant from, Instant to)
    {
        var milliseconds = to.UnixMilliseconds - from.UnixMilliseconds;
        writer.Varint(milliseconds % Minute == 0 ? (ulong)(milliseconds / Minute) << 1 : ((ulong)milliseconds << 1) | 1);
    }

    /// <inheritdoc cref="Length(ref ByteWriter, Instant, Instant)"/>
    /// <returns>The later end.</returns>
    public static Instant Length(ref this ByteReader reader, Instant from)
    {
        var coded = reader.Natural(long.MaxValue / Minute);
        return new Instant(unchecked(from.UnixMilliseconds + ((coded & 1) == 0 ? (coded >> 1) * Minute : coded >> 1)));
    }

    public static ConsentStatus Status(ref this ByteReader reader) => (ConsentStatus)reader.Count((int)ConsentStatus.Expired);

    public static Purpose Purpose(ref this ByteReader reader) => (Purpose)reader.Count((int)Domain.Purpose.Ask);

    public static void Measures(ref this ByteWriter writer, in Measures measures)
    {
        writer.Span(measures.InvolvementHalfLife);
        writer.Span(measures.InteractionHalfLife);
        writer.Span(measures.IntimacyHalfLife);
        writer.Span(measures.InfluenceHalfLife);
        writer.Number(measures.IntimacyKappa);
        writer.Span(measures.ShiftWithin);
    }

    public static Measures Measures(ref this ByteReader reader) => new(
        reader.Span(), reader.Span(), reader.Span(), reader.Span(), reader.Number(), reader.Span());

    public static void Key(ref this ByteWriter writer, CustomerKey key)
    {
        writer.Fixed64((ulong)(key.Value >> 64));
        writer.Fixed64((ulong)key.Value);
    }

    public static CustomerKey Key(ref this ByteReader reader) => new(new UInt128(reader.Fixed64(), reader.Fixed64()));

    public static void Identifier(ref this ByteWriter writer, Identifier identifier)
    {
        writer.Text(identifier.Kind);
        writer.Text(identifier.Value);
    }

    public static Identifier Identifier(ref this ByteReader reader) => new(reader.Text(), reader.Text());

    public static Stage Stage(ref this ByteReader reader) => (Stage)reader.Count((int)Domain.Stage.Merged);

    public static EpisodePhase Phase(ref this ByteReader reader) => (EpisodePhase)reader.Count((int)EpisodePhase.Cancelled);

    /// <summary>Milliseconds, doubled; whole hours as their number, doubled and one more.</summary>
    public static void Span(ref this ByteWriter writer, long milliseconds) => writer.Varint(
        milliseconds % MillisecondsPerHour == 0 ? ((ulong)(milliseconds / MillisecondsPerHour) << 1) | 1 : (ulong)milliseconds << 1);

    public static long Span(ref this ByteReader reader)
    {
        var coded = reader.Natural(MillisecondsPerHour << 32);
        return (coded & 1) == 0 ? coded >> 1 : (coded >> 1) * MillisecondsPerHour;
    }
}
