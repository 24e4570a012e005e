using SegmentOfOne.Domain.Contact;

namespace SegmentOfOne.Domain.Formats;

/// <summary>Words of contact in bytes, for both formats.</summary>
internal static class ContactBytes
{
    private const TouchReport AllReports =
        TouchReport.Delivered | TouchReport.Bounced | TouchReport.Seen | TouchReport.Accepted | TouchReport.Dismissed;

    private const int MostMinutes = 24 * 60;

    /// <summary>Purpose, direction and terms of a touch in one byte.</summary>
    public static void Kind(ref this ByteWriter writer, Purpose purpose, Direction direction, TouchTerms terms) =>
        writer.Byte((byte)((byte)purpose | ((byte)direction << 3) | ((byte)terms << 4)));

    /// <inheritdoc cref="Kind(ref ByteWriter, Purpose, Direction, TouchTerms)"/>
    public static (Purpose Purpose, Direction Direction, TouchTerms Terms) Kind(ref this ByteReader reader)
    {
        var coded = reader.Byte();
        return (coded & 7) <= (int)Purpose.Ask && coded < 1 << 6
            ? ((Purpose)(coded & 7), (Direction)((coded >> 3) & 1), (TouchTerms)(coded >> 4))
            : throw new MalformedBytesException("no kind of touch");
    }

    public static TouchReport Reports(ref this ByteReader reader) => (TouchReport)reader.Count((int)AllReports);

    /// <summary>Minutes east of UTC.</summary>
    public static int Minutes(ref this ByteReader reader) =>
        reader.ZigZag() is >= -MostMinutes and <= MostMinutes and var minutes ? (int)minutes : throw new MalformedBytesException("an offset beyond a day");
}
