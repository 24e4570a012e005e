using System.Numerics;
using SegmentOfOne.Domain.Consent;

namespace SegmentOfOne.Domain.Formats;

/// <content>The slice of consent: a bit for each thing about which something was said, those records, then the channels.</content>
public static partial class StateFormat
{
    // A record begins with its status and these.
    private const int StatusBits = 7;
    private const int HasSource = 8;
    private const int HasProof = 16;
    private const int HasPolicyVersion = 32;

    /// <summary>It comes from where the record before comes from: one statement is often about many things.</summary>
    private const int SameOrigin = 64;

    private static bool Holds(ConsentState consent) => !consent.Channels.IsEmpty || SaidOf(consent) != 0;

    private static uint SaidOf(ConsentState consent)
    {
        var said = 0u;
        for (var i = 0; i < ConsentSubject.Fixed.Length; i++)
        {
            said |= consent.For(ConsentSubject.Fixed[i]).Status != ConsentStatus.Unknown ? 1u << i : 0;
        }

        return said;
    }

    private static void Write(ConsentState consent, Instant time, ref ByteWriter writer)
    {
        ConsentOrigin? origin = null;
        var said = SaidOf(consent);
        writer.Varint(said);
        for (; said != 0; said &= said - 1)
        {
            Write(consent.For(ConsentSubject.Fixed[BitOperations.TrailingZeroCount(said)]), ref time, ref origin, ref writer);
        }

        writer.Natural(consent.Channels.Length);
        foreach (var channel in consent.Channels)
        {
            writer.Text(channel.Channel);
            Write(channel.Record, ref time, ref origin, ref writer);
        }
    }

    private static void Read(ConsentState consent, Instant time, ref ByteReader reader)
    {
        ConsentOrigin? origin = null;
        for (var said = reader.Count((1 << ConsentSubject.Fixed.Length) - 1); said != 0; said &= said - 1)
        {
            consent.Restore(ConsentSubject.Fixed[BitOperations.TrailingZeroCount(said)], ReadConsent(ref time, ref origin, ref reader));
        }

        for (var left = reader.Count(Limits.ConsentChannels); left > 0; left--)
        {
            var channel = ConsentSubject.Of(reader.Text());
            consent.Restore(channel, ReadConsent(ref time, ref origin, ref reader));
        }
    }

    /// <summary>As the versions before wrote it: each thing, also where nothing was said, and nothing of where it comes from.</summary>
    private static void ReadDense(ConsentState consent, Instant time, ref ByteReader reader)
    {
        for (var i = 0; i <= ConsentSubject.Contact.Place; i++)
        {
            consent.Restore(ConsentSubject.Fixed[i], ReadDense(ref time, ref reader));
        }

        for (var left = reader.Count(Limits.ConsentChannels); left > 0; left--)
        {
            consent.Restore(ConsentSubject.Of(reader.Text()), ReadDense(ref time, ref reader));
        }
    }

    private static ConsentRecord ReadDense(ref Instant time, ref ByteReader reader) =>
        reader.Status() is var status and not ConsentStatus.Unknown ? new ConsentRecord(status, reader.Time(ref time)) : default;

    private static void Write(in ConsentRecord record, ref Instant time, ref ConsentOrigin? before, ref ByteWriter writer)
    {
        var origin = record.Origin;
        if (origin is null || origin == before)
        {
            writer.Byte((byte)((int)record.Status | (origin is null ? 0 : SameOrigin)));
            writer.Time(record.At, ref time);
            return;
        }

        before = origin;
        writer.Byte((byte)((int)record.Status | (origin.Source.Length > 0 ? HasSource : 0) | (origin.Proof.Length > 0 ? HasProof : 0)
            | (origin.PolicyVersion.Length > 0 ? HasPolicyVersion : 0)));
        writer.Time(record.At, ref time);
        foreach (var text in (ReadOnlySpan<string>)[origin.Source, origin.Proof, origin.PolicyVersion])
        {
            if (text.Length > 0)
            {
                writer.Text(text);
            }
        }
    }

    private static ConsentRecord ReadConsent(ref Instant time, ref ConsentOrigin? before, ref ByteReader reader)
    {
        var head = reader.Count(StatusBits | HasSource | HasProof | HasPolicyVersion | SameOrigin);
        var status = (ConsentStatus)(head & StatusBits);
        if (status is ConsentStatus.Unknown or > ConsentStatus.Expired)
        {
            throw new MalformedBytesException($"a consent that is {status}");
        }

        var at = reader.Time(ref time);
        if ((head & SameOrigin) != 0)
        {
            return new ConsentRecord(status, at, before);
        }

        var origin = ConsentOrigin.Of(
            (head & HasSource) != 0 ? reader.Text() : "",
            (head & HasProof) != 0 ? reader.Text() : "",
            (head & HasPolicyVersion) != 0 ? reader.Text() : "");
        before = origin ?? before;
        return new ConsentRecord(status, at, origin);
    }
}
