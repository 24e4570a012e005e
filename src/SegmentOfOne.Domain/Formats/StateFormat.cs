using System.Numerics;
using SegmentOfOne.Domain.Activity;
using SegmentOfOne.Domain.Engagement;
using SegmentOfOne.Domain.Journey;
using SegmentOfOne.Domain.Repeats;

namespace SegmentOfOne.Domain.Formats;

/// <summary>
/// A customer's state as bytes: a byte with the format's version, then the slices. Equal states have equal bytes; the key is not
/// among them. In each slice a time is written as the difference to the time before it, the first to the customer's own clock.
/// What a version of this format wrote is read for ever; the tests pin its bytes.
/// </summary>
public static partial class StateFormat
{
    private const byte Version = 3;

    /// <summary>Knew nothing of where consents come from, and wrote those of which nothing was said, too.</summary>
    private const byte SecondVersion = 2;

    /// <summary>Knew nothing of time, segments, traits and journeys.</summary>
    private const byte FirstVersion = 1;

    public static void Write(CustomerState state, ref ByteWriter writer)
    {
        var clock = state.LastSeen;
        writer.Byte(Version);
        writer.Natural(state.Version);
        writer.ZigZag(clock.UnixMilliseconds);
        writer.Natural(state.Decisions);
        writer.Natural(state.Identity.Identifiers.Length);
        foreach (var identifier in state.Identity.Identifiers)
        {
            writer.Text(identifier.Kind);
            writer.Text(identifier.Value);
        }

        Write(state.Engagement, clock, ref writer);
        Write(state.Journey, clock, ref writer);
        Write(state.Episodes, clock, ref writer);
        Write(state.Activity, clock, ref writer);
        writer.Money(state.Value.Revenue);
        writer.Money(state.Value.Returned);
        WriteContact(state, clock, ref writer);
        WriteClocks(state, clock, ref writer);
        Write(state.Ids, state.Version, ref writer);
    }

    /// <summary>The bytes in an array of their own.</summary>
    public static byte[] ToBytes(CustomerState state)
    {
        var writer = new ByteWriter(stackalloc byte[1024]);
        try
        {
            Write(state, ref writer);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Reads into a state, which it empties first: the memory of a finished turn serves the next.</summary>
    /// <exception cref="MalformedBytesException">The bytes are no state; <paramref name="state"/> then holds no customer.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, CustomerKey key, CustomerState state)
    {
        state.Reset(key);
        var reader = new ByteReader(bytes, state.Lexicon);
        var format = reader.Byte();
        if (format is not (Version or SecondVersion or FirstVersion))
        {
            throw new MalformedBytesException($"state format {format} is unknown");
        }

        state.Version = reader.Natural();
        var clock = new Instant(reader.ZigZag());
        state.Decisions = reader.Natural();
        for (var left = reader.Count(Limits.Identifiers); left > 0; left--)
        {
            state.Identity.Add(new Identifier(reader.Text(), reader.Text()));
        }

        Read(state.Engagement, clock, ref reader);
        Read(state.Journey, clock, ref reader);
        Read(state.Episodes, clock, ref reader);
        Read(state.Activity, clock, ref reader);
        state.Value.Revenue = reader.Money();
        state.Value.Returned = reader.Money();
        ReadContact(state, clock, format, ref reader);
        if (format > FirstVersion)
        {
            ReadClocks(state, clock, ref reader);
        }

        Read(state.Ids, state.Version, ref reader);
        reader.End();
    }

    /// <summary>Reads into a new state.</summary>
    /// <exception cref="MalformedBytesException">The bytes are no state.</exception>
    public static CustomerState Read(ReadOnlySpan<byte> bytes, CustomerKey key)
    {
        var state = new CustomerState(key);
        Read(bytes, key, state);
        return state;
    }

    private static void Write(EngagementState engagement, Instant time, ref ByteWriter writer)
    {
        writer.Measures(engagement.Measures);
        Write(engagement.Involvement, ref time, ref writer);
        Write(engagement.Interaction, ref time, ref writer);
        Write(engagement.Liked, ref time, ref writer);
        Write(engagement.Disliked, ref time, ref writer);
        Write(engagement.Influence, ref time, ref writer);
        writer.Natural(engagement.Samples.Length);
        foreach (var sample in engagement.Samples)
        {
            writer.Time(sample.At, ref time);
            writer.ZigZag(sample.Low);
            writer.ZigZag(sample.High);
            writer.ZigZag(sample.Now);
        }
    }

    private static void Read(EngagementState engagement, Instant time, ref ByteReader reader)
    {
        engagement.Measures = reader.Measures();
        engagement.Involvement = ReadAccumulator(ref time, ref reader);
        engagement.Interaction = ReadAccumulator(ref time, ref reader);
        engagement.Liked = ReadAccumulator(ref time, ref reader);
        engagement.Disliked = ReadAccumulator(ref time, ref reader);
        engagement.Influence = ReadAccumulator(ref time, ref reader);
        for (var left = reader.Count(Limits.ShiftSamples); left > 0; left--)
        {
            var at = reader.Time(ref time);
            engagement.AddSample(new ShiftSample(at, ReadPoints(ref reader), ReadPoints(ref reader), ReadPoints(ref reader)));
        }
    }

    private static int ReadPoints(ref ByteReader reader) =>
        reader.ZigZag() is >= -ShiftSample.Most and <= ShiftSample.Most and var points
            ? (int)points
            : throw new MalformedBytesException("an intimacy beyond 100");

    private static void Write(Accumulator accumulator, ref Instant time, ref ByteWriter writer)
    {
        writer.Number(accumulator.Amount);
        if (accumulator.Amount != 0)
        {
            writer.Time(accumulator.Last, ref time);
        }
    }

    private static Accumulator ReadAccumulator(ref Instant time, ref ByteReader reader)
    {
        var amount = reader.Number();
        return amount == 0 ? default : new Accumulator(amount, reader.Time(ref time));
    }

    private static void Write(JourneyState journey, Instant time, ref ByteWriter writer)
    {
        writer.Byte((byte)journey.Stage);
        writer.Byte((byte)((journey.AtRisk ? 2 : 0) | (journey.InRecovery ? 1 : 0)));
        writer.Time(journey.Since, ref time);
        writer.Time(journey.Began, ref time);
        writer.Natural(journey.Reentries);

        var mask = 0u;
        for (var stage = Stage.Unknown; stage <= Stage.Merged; stage++)
        {
            mask |= journey.Entered(stage) > 0 ? 1u << (int)stage : 0;
        }

        writer.Varint(mask);
        for (; mask != 0; mask &= mask - 1)
        {
            var stage = (Stage)BitOperations.TrailingZeroCount(mask);
            writer.Natural(journey.Dwelt(stage));
            writer.Natural(journey.Entered(stage));
        }

        writer.Natural(journey.ActiveDays.Length);
        var before = 0;
        foreach (var day in journey.ActiveDays)
        {
            writer.Natural(day - before);
            before = day;
        }
    }

    private static void Read(JourneyState journey, Instant time, ref ByteReader reader)
    {
        journey.Stage = reader.Stage();
        var overlays = reader.Count(3);
        (journey.AtRisk, journey.InRecovery) = ((overlays & 2) != 0, (overlays & 1) != 0);
        journey.Since = reader.Time(ref time);
        journey.Began = reader.Time(ref time);
        journey.Reentries = reader.Count(int.MaxValue);

        for (var mask = reader.Count((1 << JourneyState.Stages) - 1); mask != 0; mask &= mask - 1)
        {
            journey.Restore((Stage)BitOperations.TrailingZeroCount(mask), reader.Natural(), reader.Count(int.MaxValue));
        }

        var day = 0;
        for (var left = reader.Count(Limits.ActiveDays); left > 0; left--)
        {
            day += reader.Count(int.MaxValue - day);
            journey.AddActiveDay(day);
        }
    }

    private static void Write(EpisodesState episodes, Instant time, ref ByteWriter writer)
    {
        writer.Natural(episodes.Opened);
        writer.Natural(episodes.Recent.Length);
        foreach (var episode in episodes.Recent)
        {
            writer.Text(episode.Key);
            writer.Byte((byte)episode.Phase);
            writer.Time(episode.OpenedAt, ref time);
            writer.Time(episode.ChangedAt, ref time);
        }
    }

    private static void Read(EpisodesState episodes, Instant time, ref ByteReader reader)
    {
        episodes.Opened = reader.Natural();
        for (var left = reader.Count(Limits.Episodes); left > 0; left--)
        {
            episodes.Add(new Episode(reader.Text(), reader.Phase(), reader.Time(ref time), reader.Time(ref time)));
        }
    }

    private static void Write(ActivityState activity, Instant time, ref ByteWriter writer)
    {
        Write(activity.Interactions, ref time, ref writer);
        writer.Natural(activity.Types.Length);
        foreach (var type in activity.Types)
        {
            Write(type, ref time, ref writer);
        }

        var mask = 0u;
        for (var bit = 0; bit < ActivityState.EvidenceBits; bit++)
        {
            mask |= activity.Evidence((Evidence)(1u << bit)).Count > 0 ? 1u << bit : 0;
        }

        writer.Varint(mask);
        for (; mask != 0; mask &= mask - 1)
        {
            Write(activity.Evidence((Evidence)(1u << BitOperations.TrailingZeroCount(mask))), ref time, ref writer);
        }

        writer.Natural(activity.Channels.Length);
        foreach (var channel in activity.Channels)
        {
            writer.Text(channel.Channel);
            writer.Natural(channel.Count);
            writer.Time(channel.Last, ref time);
        }

        writer.Natural(activity.Items.Length);
        foreach (var item in activity.Items)
        {
            writer.Fixed32(item.Hash);
            writer.Time(item.Last, ref time);
        }
    }

    private static void Read(ActivityState activity, Instant time, ref ByteReader reader)
    {
        activity.Interactions = ReadTally(ref time, ref reader);
        for (var left = reader.Count(Limits.ActivityTypes + 1); left > 0; left--)
        {
            Read(activity.AddType(reader.Word()), ref time, ref reader);
        }

        for (var mask = (uint)reader.Natural(uint.MaxValue); mask != 0; mask &= mask - 1)
        {
            activity.SetEvidence(BitOperations.TrailingZeroCount(mask), ReadTally(ref time, ref reader));
        }

        for (var left = reader.Count(Limits.Channels + 1); left > 0; left--)
        {
            activity.AddChannel(new ChannelActivity(reader.Word(), reader.Natural(), reader.Time(ref time)));
        }

        for (var left = reader.Count(Limits.RecentItems); left > 0; left--)
        {
            activity.AddItem(new RecentItem(reader.Fixed32(), reader.Time(ref time)));
        }
    }

    /// <summary>The newest recent time is the tally's last, and the oldest its first while all are there.</summary>
    private static void Write(TypeActivity type, ref Instant time, ref ByteWriter writer)
    {
        writer.Text(type.Type);
        writer.Natural(type.Tally.Count);
        for (var i = type.Recent.Length - 1; i >= 0; i--)
        {
            writer.Time(type.Recent[i], ref time);
        }

        if (type.Tally.Count > type.Recent.Length)
        {
            writer.Time(type.Tally.First, ref time);
        }
    }

    private static void Read(TypeActivity type, ref Instant time, ref ByteReader reader)
    {
        var count = reader.Natural();
        if (count == 0)
        {
            throw new MalformedBytesException("a type that never happened");
        }

        var recent = type.Restore((int)Math.Min(count, Limits.RecentOccurrences));
        for (var i = recent.Length - 1; i >= 0; i--)
        {
            recent[i] = reader.Time(ref time);
        }

        type.Tally = new Tally(count, count > recent.Length ? reader.Time(ref time) : recent[0], recent[^1]);
    }

    private static void Write(in Tally tally, ref Instant time, ref ByteWriter writer)
    {
        writer.Natural(tally.Count);
        if (tally.Count > 0)
        {
            writer.Time(tally.Last, ref time);
            writer.Time(tally.First, ref time);
        }
    }

    private static Tally ReadTally(ref Instant time, ref ByteReader reader)
    {
        var count = reader.Natural();
        if (count == 0)
        {
            return default;
        }

        var last = reader.Time(ref time);
        return new Tally(count, reader.Time(ref time), last);
    }

    private static void Write(RecentIds ids, long version, ref ByteWriter writer)
    {
        writer.Natural(ids.Recent.Length);
        for (var i = ids.Recent.Length - 1; i >= 0; i--)
        {
            writer.Fixed64(ids.Recent[i].Hash);
            writer.Natural(version - ids.Recent[i].Version);
            version = ids.Recent[i].Version;
        }

        writer.Natural(ids.Older.Count);
        foreach (var word in ids.Older.Words)
        {
            writer.Fixed64(word);
        }
    }

    private static void Read(RecentIds ids, long version, ref ByteReader reader)
    {
        var recent = ids.Restore(reader.Count(Limits.RecentIds));
        for (var i = recent.Length - 1; i >= 0; i--)
        {
            var hash = reader.Fixed64();
            version -= reader.Natural(version);
            recent[i] = new SeenId(hash, version);
        }

        foreach (ref var word in ids.Older.Restore(reader.Natural()))
        {
            word = reader.Fixed64();
        }
    }
}
