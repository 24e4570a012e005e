using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Formats;

/// <summary>The domain's words in bytes, for both formats.</summary>
internal static class DomainBytes
{
    /// <summary>A time as the signed difference in milliseconds to the time before, which it then is for the next.</summary>
    public static void Time(ref this ByteWriter writer, Instant at, ref Instant before)
    {
        writer.ZigZag(at.UnixMilliseconds - before.UnixMilliseconds);
        before = at;
    }

    /// <inheritdoc cref="Time(ref ByteWriter, Instant, ref Instant)"/>
    public static Instant Time(ref this ByteReader reader, ref Instant before) =>
        before = new Instant(unchecked(before.UnixMilliseconds + reader.ZigZag()));

    public static void Measures(ref this ByteWriter writer, in Measures measures)
    {
        writer.Natural(measures.InvolvementHalfLife);
        writer.Natural(measures.InteractionHalfLife);
        writer.Natural(measures.IntimacyHalfLife);
        writer.Natural(measures.InfluenceHalfLife);
        writer.Number(measures.IntimacyKappa);
        writer.Natural(measures.ShiftWithin);
    }

    public static Measures Measures(ref this ByteReader reader) => new(
        reader.Natural(), reader.Natural(), reader.Natural(), reader.Natural(), reader.Number(), reader.Natural());

    public static Stage Stage(ref this ByteReader reader) => (Stage)reader.Count((int)Domain.Stage.Erased);

    public static EpisodePhase Phase(ref this ByteReader reader) => (EpisodePhase)reader.Count((int)EpisodePhase.Cancelled);
}
