using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Domain.Segments;

namespace SegmentOfOne.Domain.Formats;

/// <content>The slices of time, segments, traits and journeys, since format 2: a byte with a bit for each that holds something, then those.</content>
public static partial class StateFormat
{
    private const int HasDue = 1;
    private const int HasSegments = 2;
    private const int HasTraits = 4;
    private const int HasJourneys = 8;
    private const int HasParts = 16;

    private static void WriteClocks(CustomerState state, Instant time, ref ByteWriter writer)
    {
        var mask = (state.LastDue != Instant.Min ? HasDue : 0) | (state.Segments.Stays.IsEmpty ? 0 : HasSegments)
            | (state.Traits.IsEmpty ? 0 : HasTraits) | (state.Journeys.Entered == 0 ? 0 : HasJourneys) | (state.Identity.IsPlain ? 0 : HasParts);
        writer.Byte((byte)mask);
        if ((mask & HasDue) != 0)
        {
            writer.Time(state.LastDue, ref time);
        }

        if ((mask & HasSegments) != 0)
        {
            Write(state.Segments, time, ref writer);
        }

        if ((mask & HasTraits) != 0)
        {
            Write(state.Traits, time, ref writer);
        }

        if ((mask & HasJourneys) != 0)
        {
            Write(state.Journeys, time, ref writer);
        }

        if ((mask & HasParts) != 0)
        {
            Write(state.Identity, time, ref writer);
        }
    }

    private static void ReadClocks(CustomerState state, Instant time, ref ByteReader reader)
    {
        var mask = reader.Count(HasDue | HasSegments | HasTraits | HasJourneys | HasParts);
        if ((mask & HasDue) != 0)
        {
            state.LastDue = reader.Time(ref time);
        }

        if ((mask & HasSegments) != 0)
        {
            Read(state.Segments, time, ref reader);
        }

        if ((mask & HasTraits) != 0)
        {
            Read(state.Traits, time, ref reader);
        }

        if ((mask & HasJourneys) != 0)
        {
            Read(state.Journeys, time, ref reader);
        }

        if ((mask & HasParts) != 0)
        {
            Read(state.Identity, time, ref reader);
        }
    }

    private static void Write(IdentityState identity, Instant time, ref ByteWriter writer)
    {
        writer.Byte((byte)(identity.Redirect is not { } redirect ? 0 : redirect.IsSettled ? 2 : 1));
        if (identity.Redirect is { } to)
        {
            writer.Key(to.Into);
            writer.Natural(to.Version);
            writer.Time(to.At, ref time);
        }

        writer.Natural(identity.Parts.Length);
        foreach (var part in identity.Parts)
        {
            writer.Key(part.Key);
            writer.Key(part.Into);
            writer.Natural(part.Version);
            writer.Natural(part.Given);
        }

        writer.Natural(identity.GivenUp.Length);
        foreach (var given in identity.GivenUp)
        {
            writer.Key(given.Key);
            writer.Natural(given.Version);
            writer.Natural(given.Given);
            writer.Time(given.At, ref time);
            writer.Byte((byte)((given.IsSettled ? 1 : 0) | (given.IsRefused ? 2 : 0)));
        }
    }

    private static void Read(IdentityState identity, Instant time, ref ByteReader reader)
    {
        var redirect = reader.Count(2);
        identity.Redirect = redirect == 0 ? null : new Redirect(reader.Key(), reader.Natural(), reader.Time(ref time), redirect == 2);
        for (var left = reader.Count(Limits.Identifiers); left > 0; left--)
        {
            identity.Add(new Part(reader.Key(), reader.Key(), reader.Natural(), reader.Natural()));
        }

        for (var left = reader.Count(Limits.Identifiers); left > 0; left--)
        {
            var (key, version, given, at) = (reader.Key(), reader.Natural(), reader.Natural(), reader.Time(ref time));
            var bits = reader.Count(3);
            identity.Add(new GivenUp(key, version, given, at, (bits & 1) != 0, (bits & 2) != 0));
        }
    }

    private static void Write(SegmentsState segments, Instant time, ref ByteWriter writer)
    {
        writer.Natural(segments.Stays.Length);
        foreach (var stay in segments.Stays)
        {
            writer.Text(stay.Segment);
            writer.Time(stay.Since, ref time);
        }
    }

    private static void Read(SegmentsState segments, Instant time, ref ByteReader reader)
    {
        for (var left = reader.Count(Playbooks.PlaybookLimits.Segments); left > 0; left--)
        {
            segments.Add(new SegmentStay(reader.Word(), reader.Time(ref time)));
        }
    }

    private static void Write(JourneysState journeys, Instant time, ref ByteWriter writer)
    {
        writer.Natural(journeys.Entered);
        writer.Natural(journeys.Runs.Length);
        foreach (ref readonly var run in journeys.Runs)
        {
            writer.Text(run.Journey);
            writer.Natural(run.Number);
            writer.Natural(run.Playbook);
            writer.Text(run.Key);
            writer.Text(run.Step);
            writer.Time(run.EnteredAt, ref time);
            writer.Time(run.SteppedAt, ref time);
            writer.OptionalTime(run.Due, ref time);
        }

        writer.Natural(journeys.Past.Length);
        foreach (ref readonly var journey in journeys.Past)
        {
            writer.Text(journey.Journey);
            writer.Natural(journey.Entered);
            writer.Time(journey.LastEntered, ref time);
            writer.OptionalTime(journey.LastLeft, ref time);
        }
    }

    private static void Read(JourneysState journeys, Instant time, ref ByteReader reader)
    {
        journeys.Entered = reader.Natural();
        for (var left = reader.Count(Limits.JourneyRuns); left > 0; left--)
        {
            journeys.Add(new JourneyRun(
                reader.Word(),
                reader.Natural(),
                reader.Count(int.MaxValue),
                reader.Word(),
                reader.Word(),
                reader.Time(ref time),
                reader.Time(ref time),
                reader.OptionalTime(ref time)));
        }

        for (var left = reader.Count(Limits.JourneysKnown); left > 0; left--)
        {
            journeys.Add(new JourneyPast(reader.Word(), reader.Natural(), reader.Time(ref time), reader.OptionalTime(ref time)));
        }
    }
}
