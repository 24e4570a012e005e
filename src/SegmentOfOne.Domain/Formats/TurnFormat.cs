using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SegmentOfOne.Domain.Engagement;

namespace SegmentOfOne.Domain.Formats;

/// <summary>
/// A turn as bytes: a byte with the format's version, the turn's number, time, playbook and facts; each fact a byte with its kind,
/// then its fields. A time is written as the difference to the time before it, the first to the turn's.
/// What a version of this format wrote is read for ever; the tests pin its bytes.
/// </summary>
public static partial class TurnFormat
{
    private const byte Version = 2;

    /// <summary>Knew nothing of where consents come from.</summary>
    private const byte FirstVersion = 1;

    /// <summary>No turn has more facts: what one interaction can change, with all the fences it can be at, the touches it can withdraw or release,
    /// the segments, traits and journeys that it can move, and the decisions, with the zones read for each.</summary>
    private const int MostFacts = 64 + Playbooks.PlaybookLimits.Fences + (2 * Limits.Touches) + (2 * Playbooks.PlaybookLimits.Segments)
        + (3 * Playbooks.PlaybookLimits.Traits) + Limits.JourneyFacts + (Limits.Decisions * (2 + Playbooks.PlaybookLimits.Fences));

    private enum Kind : byte
    {
        CustomerMet = 1,
        MeasuresAdopted = 2,
        InteractionObserved = 3,
        DecisionsAsked = 4,
        EngagementEarned = 5,
        MoneyMoved = 6,
        EpisodeMoved = 7,
        StageChanged = 8,
        OverlayChanged = 9,
        DelightNoticed = 10,
        Decided = 11,
        ConsentTold = 12,
        ZoneTold = 13,
        OffsetAdopted = 14,
        LocationNoted = 15,
        FenceChanged = 16,
        LocationForgotten = 17,
        TrustMeasured = 18,
        TouchReported = 19,
        ReportUnmatched = 20,
        TouchWithdrawn = 21,
        TimeCame = 22,
        SegmentEntered = 23,
        SegmentLeft = 24,
        TraitAdopted = 25,
        TraitGained = 26,
        TraitSet = 27,
        ConsentExpired = 28,
        TouchReleased = 29,
        JourneyEntered = 30,
        JourneyStepped = 31,
        JourneyLeft = 32,
        JourneyMoved = 33,
        JourneyBarred = 34,
        MessageLeft = 35,

        /// <summary>A decision that a journey asked for.</summary>
        DecidedForJourney = 36,

        /// <summary>A consent of which it is known where it comes from.</summary>
        ConsentToldFrom = 37,
        CameBy = 38,
        ClaimRefused = 39,
        MergedInto = 40,
        MergeSettled = 41,
        PartTaken = 42,
        PartGivenUp = 43,
        CustomerRestored = 44,
        GivingUpSettled = 45,

        PartRefused = 47,

        /// <summary>Whose turn a touch was of which the fact after this says something.</summary>
        Origin = 46,
    }

    public static void Write(Turn turn, ref ByteWriter writer)
    {
        writer.Byte(Version);
        writer.Natural(turn.Version);
        writer.ZigZag(turn.At.UnixMilliseconds);
        writer.Natural(turn.PlaybookVersion);
        writer.Natural(turn.Facts.Length);
        var time = turn.At;
        foreach (var fact in turn.Facts)
        {
            Write(fact, ref time, ref writer);
        }
    }

    /// <exception cref="MalformedBytesException">The bytes are no turn.</exception>
    public static Turn Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var format = reader.Byte();
        if (format is not (Version or FirstVersion))
        {
            throw new MalformedBytesException($"turn format {format} is unknown");
        }

        var version = reader.Natural();
        var at = new Instant(reader.ZigZag());
        var playbook = reader.Count(int.MaxValue);
        var facts = new Fact[reader.Count(MostFacts)];
        var time = at;
        for (var i = 0; i < facts.Length; i++)
        {
            facts[i] = ReadFact(ref time, ref reader);
        }

        reader.End();
        return new Turn(version, at, playbook, ImmutableCollectionsMarshal.AsImmutableArray(facts));
    }

    private static void Write(Fact fact, ref Instant time, ref ByteWriter writer)
    {
        WriteOrigin(fact, ref writer);
        switch (fact)
        {
            case CustomerMet met:
                writer.Byte((byte)Kind.CustomerMet);
                writer.Text(met.Identifier.Kind);
                writer.Text(met.Identifier.Value);
                writer.Time(met.At, ref time);
                break;
            case MeasuresAdopted adopted:
                writer.Byte((byte)Kind.MeasuresAdopted);
                writer.Measures(adopted.Measures);
                break;
            case InteractionObserved observed:
                writer.Byte((byte)Kind.InteractionObserved);
                Write(observed, ref time, ref writer);
                break;
            case DecisionsAsked asked:
                writer.Byte((byte)Kind.DecisionsAsked);
                writer.Text(asked.Id);
                writer.Text(asked.Channel);
                Write(asked.Properties, ref writer);
                break;
            case EngagementEarned earned:
                writer.Byte((byte)Kind.EngagementEarned);
                Write(earned, ref time, ref writer);
                break;
            case MoneyMoved moved:
                writer.Byte((byte)Kind.MoneyMoved);
                writer.Money(moved.Amount);
                writer.Time(moved.At, ref time);
                break;
            case EpisodeMoved moved:
                writer.Byte((byte)Kind.EpisodeMoved);
                writer.Text(moved.Key);
                writer.Byte((byte)moved.Phase);
                writer.Time(moved.At, ref time);
                break;
            case StageChanged changed:
                writer.Byte((byte)Kind.StageChanged);
                writer.Byte((byte)changed.From);
                writer.Byte((byte)changed.To);
                writer.Text(changed.Rule);
                writer.Varint((uint)changed.Evidence);
                writer.Time(changed.At, ref time);
                break;
            case OverlayChanged changed:
                writer.Byte((byte)Kind.OverlayChanged);
                writer.Byte((byte)(((byte)changed.Overlay << 1) | (changed.On ? 1 : 0)));
                writer.Text(changed.Rule);
                writer.Time(changed.At, ref time);
                break;
            case DelightNoticed noticed:
                writer.Byte((byte)Kind.DelightNoticed);
                writer.Number(noticed.Rise);
                writer.Time(noticed.At, ref time);
                break;
            case Decided decided:
                WriteAsk(decided.AskedBy, ref writer);
                writer.Text(decided.Placement);
                writer.OptionalText(decided.Action);
                writer.OptionalText(decided.Treatment);
                writer.Number(decided.Propensity);
                writer.Number(decided.Likelihood);
                writer.Number(decided.Priority);
                WriteReserved(decided, ref time, ref writer);
                break;
            default:
                WriteContact(fact, ref time, ref writer);
                break;
        }
    }

    private static Fact ReadFact(ref Instant time, ref ByteReader reader)
    {
        var kind = reader.Byte();
        return (Kind)kind switch
        {
            Kind.CustomerMet => new CustomerMet(new Identifier(reader.Text(), reader.Text()), reader.Time(ref time)),
            Kind.MeasuresAdopted => new MeasuresAdopted(reader.Measures()),
            Kind.InteractionObserved => ReadObserved(ref time, ref reader),
            Kind.DecisionsAsked => new DecisionsAsked(reader.Text(), reader.Text(), ReadProperties(ref reader)),
            Kind.EngagementEarned => ReadEarned(ref time, ref reader),
            Kind.MoneyMoved => new MoneyMoved(reader.Money(), reader.Time(ref time)),
            Kind.EpisodeMoved => new EpisodeMoved(reader.Text(), reader.Phase(), reader.Time(ref time)),
            Kind.StageChanged => new StageChanged(
                reader.Stage(), reader.Stage(), reader.Text(), (Evidence)reader.Natural(uint.MaxValue), reader.Time(ref time)),
            Kind.OverlayChanged => ReadOverlay(ref time, ref reader),
            Kind.DelightNoticed => new DelightNoticed(reader.Number(), reader.Time(ref time)),
            Kind.Decided => ReadDecided(ref time, ref reader),
            Kind.DecidedForJourney => ReadDecidedForJourney(ref time, ref reader),
            _ => ReadContact((Kind)kind, ref time, ref reader),
        };
    }

    private static void Write(InteractionObserved observed, ref Instant time, ref ByteWriter writer)
    {
        writer.Text(observed.Id);
        writer.Text(observed.Type);
        writer.Text(observed.Channel);
        writer.Time(observed.OccurredAt, ref time);
        Write(observed.Properties, ref writer);
        writer.Varint(((ulong)observed.Evidence << 1) | (observed.Known ? 1UL : 0));
        writer.Natural(observed.ItemProperty is null ? 0 : observed.Properties.IndexOf(observed.ItemProperty) + 1);
    }

    private static InteractionObserved ReadObserved(ref Instant time, ref ByteReader reader)
    {
        var (id, type, channel) = (reader.Text(), reader.Text(), reader.Text());
        var at = reader.Time(ref time);
        var properties = ReadProperties(ref reader);
        var proved = reader.Natural(((long)uint.MaxValue << 1) | 1);
        var item = reader.Count(properties.Count);
        return new InteractionObserved(
            id, type, channel, at, properties, (proved & 1) == 1, (Evidence)(proved >> 1), item == 0 ? null : properties[item - 1].Key);
    }

    /// <summary>A byte says which of the five weights are not 0; those follow.</summary>
    private static void Write(EngagementEarned earned, ref Instant time, ref ByteWriter writer)
    {
        ReadOnlySpan<double> weights =
            [earned.Involvement, earned.Interaction, earned.Liked, earned.Disliked, earned.Influence];
        var mask = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            mask |= weights[i] != 0 ? 1 << i : 0;
        }

        writer.Byte((byte)mask);
        foreach (var weight in weights)
        {
            if (weight != 0)
            {
                writer.Number(weight);
            }
        }

        writer.Time(earned.At, ref time);
    }

    private static EngagementEarned ReadEarned(ref Instant time, ref ByteReader reader)
    {
        var mask = reader.Count(0x1F);
        Span<double> weights = stackalloc double[5];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (mask & (1 << i)) != 0 ? reader.Number() : 0;
        }

        return new EngagementEarned(weights[0], weights[1], weights[2], weights[3], weights[4], reader.Time(ref time));
    }

    private static OverlayChanged ReadOverlay(ref Instant time, ref ByteReader reader)
    {
        var coded = reader.Count(3);
        return new OverlayChanged((Overlay)(coded >> 1), (coded & 1) == 1, reader.Text(), reader.Time(ref time));
    }

    private static void Write(Properties properties, ref ByteWriter writer)
    {
        writer.Natural(properties.Count);
        foreach (var (name, value) in properties)
        {
            writer.Text(name);
            writer.Value(value);
        }
    }

    private static Properties ReadProperties(ref ByteReader reader)
    {
        var count = reader.Count(Limits.Properties);
        if (count == 0)
        {
            return Properties.Empty;
        }

        var entries = new KeyValuePair<string, PropertyValue>[count];
        for (var i = 0; i < count; i++)
        {
            var name = reader.Text();
            if (i > 0 && string.CompareOrdinal(entries[i - 1].Key, name) >= 0)
            {
                throw new MalformedBytesException("properties are out of order");
            }

            entries[i] = KeyValuePair.Create(name, reader.Value());
        }

        return Properties.FromSorted(ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }
}
