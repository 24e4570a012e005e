using System.Diagnostics;
using System.Numerics;
using SegmentOfOne.Domain.Playbooks;
using SegmentOfOne.Domain.Traits;

namespace SegmentOfOne.Domain.Formats;

/// <content>The slice of traits. Each begins with a byte for its kind and whether it has a window and holds something, its name and its window. What
/// it holds begins with its newest slot, as so many before that of the customer's clock; slots are the bits of a varint, from the newest back.</content>
public static partial class StateFormat
{
    // Bits beside the kind of a trait.
    private const int KindOfTrait = 7;
    private const int HasWindow = 8;
    private const int HasOccurred = 16;

    private static void Write(TraitsState traits, Instant clock, ref ByteWriter writer)
    {
        writer.Natural(traits.Traits.Length);
        var time = clock;
        foreach (var trait in traits.Traits)
        {
            writer.Byte((byte)((int)trait.Kind | (trait.Window == 0 ? 0 : HasWindow) | (trait.IsEmpty ? 0 : HasOccurred)));
            writer.Text(trait.Trait);
            if (trait.Window != 0)
            {
                writer.Span(trait.Window);
            }

            if (!trait.IsEmpty)
            {
                if (trait.Window != 0 && trait is not LastMemory)
                {
                    writer.ZigZag(trait.SlotOf(clock) - trait.Newest);
                }

                Write(trait, ref time, ref writer);
            }
        }
    }

    private static void Read(TraitsState traits, Instant clock, ref ByteReader reader)
    {
        var time = clock;
        for (var left = reader.Count(PlaybookLimits.Traits); left > 0; left--)
        {
            var head = reader.Count(KindOfTrait | HasWindow | HasOccurred);
            var kind = head & KindOfTrait;
            var trait = kind <= (int)TraitKind.Set ? traits.Unused((TraitKind)kind) : throw new MalformedBytesException($"trait kind {kind} is unknown");
            var name = reader.Text(trait.Trait);
            var window = (head & HasWindow) == 0 ? 0 : reader.Span();
            trait.Begin(name, window >= 0 ? window : throw new MalformedBytesException("a window below 0"));
            if ((head & HasOccurred) != 0)
            {
                trait.Restore(window == 0 || trait is LastMemory ? 0 : trait.SlotOf(clock) - reader.ZigZag());
                Read(trait, ref time, ref reader);
            }

            traits.Add(trait);
        }
    }

    private static void Write(TraitMemory trait, ref Instant time, ref ByteWriter writer)
    {
        switch (trait)
        {
            case CountMemory count:
                Write(count, count.Counts, ref writer);
                break;
            case SumMemory sum:
                for (var slots = WriteSlots(sum, ref writer); slots != 0; slots &= slots - 1)
                {
                    writer.Money(sum.Sums[PlaceOf(sum, slots)]);
                }

                break;
            case LastMemory last:
                Write(last.Latest, ref time, ref writer);
                break;
            case FirstMemory first:
                for (var slots = WriteSlots(first, ref writer); slots != 0; slots &= slots - 1)
                {
                    Write(first.Earliest[PlaceOf(first, slots)].GetValueOrDefault(), ref time, ref writer);
                }

                break;
            case MostFrequentMemory frequent:
                writer.Natural(frequent.Rows.Length);
                foreach (var row in frequent.Rows)
                {
                    Write(new Occurrence(row.Value, row.Last), ref time, ref writer);
                    Write(frequent, row.Counts, ref writer);
                }

                break;
            case DistinctMemory distinct:
                writer.Natural(distinct.Values.Length);
                foreach (ref readonly var value in distinct.Values)
                {
                    writer.Fixed32(value.Hash);
                    if (distinct.Window != 0)
                    {
                        writer.Natural(distinct.Newest - value.Slot);
                    }
                }

                break;
            default:
                throw new UnreachableException($"trait {trait.GetType().Name}");
        }
    }

    private static void Read(TraitMemory trait, ref Instant time, ref ByteReader reader)
    {
        switch (trait)
        {
            case CountMemory count:
                ReadCounts(count, count.Counts, ref reader);
                break;
            case SumMemory sum:
                for (var slots = ReadSlots(sum, ref reader); slots != 0; slots &= slots - 1)
                {
                    sum.Sums[PlaceOf(sum, slots)] = Math.Clamp(reader.Money(), -Limits.TraitSum, Limits.TraitSum);
                }

                break;
            case LastMemory last:
                last.Restore(ReadOccurrence(ref time, ref reader));
                break;
            case FirstMemory first:
                for (var slots = ReadSlots(first, ref reader); slots != 0; slots &= slots - 1)
                {
                    first.Earliest[PlaceOf(first, slots)] = ReadOccurrence(ref time, ref reader);
                }

                break;
            case MostFrequentMemory frequent:
                for (var left = reader.Count(Limits.TraitValues); left > 0; left--)
                {
                    var (value, last) = ReadOccurrence(ref time, ref reader);
                    ReadCounts(frequent, frequent.AddRow(value, last).Counts, ref reader);
                }

                break;
            case DistinctMemory distinct:
                for (var left = reader.Count(Limits.TraitDistinct); left > 0; left--)
                {
                    var hash = reader.Fixed32();
                    distinct.AddValue(new(hash, distinct.Newest - (distinct.Window == 0 ? 0 : reader.Count(Limits.TraitSlots - 1))));
                }

                break;
            default:
                throw new UnreachableException($"trait {trait.GetType().Name}");
        }
    }

    private static void Write(TraitMemory trait, ReadOnlySpan<uint> counts, ref ByteWriter writer)
    {
        var slots = 0u;
        for (var age = 0; age < Limits.TraitSlots; age++)
        {
            slots |= counts[trait.PlaceOf(age)] > 0 ? 1u << age : 0;
        }

        writer.Varint(slots);
        for (; slots != 0; slots &= slots - 1)
        {
            writer.Varint(counts[PlaceOf(trait, slots)]);
        }
    }

    private static void ReadCounts(TraitMemory trait, Span<uint> counts, ref ByteReader reader)
    {
        for (var slots = ReadSlots(trait, ref reader); slots != 0; slots &= slots - 1)
        {
            counts[PlaceOf(trait, slots)] = (uint)reader.Natural(uint.MaxValue);
        }
    }

    private static uint WriteSlots(TraitMemory trait, ref ByteWriter writer)
    {
        var slots = 0u;
        for (var age = 0; age < Limits.TraitSlots; age++)
        {
            slots |= trait.Holds(trait.PlaceOf(age)) ? 1u << age : 0;
        }

        writer.Varint(slots);
        return slots;
    }

    private static uint ReadSlots(TraitMemory trait, ref ByteReader reader) => (uint)reader.Natural(trait.Window == 0 ? 1 : uint.MaxValue);

    /// <summary>Where the newest of some slots stands.</summary>
    private static int PlaceOf(TraitMemory trait, uint slots) => trait.PlaceOf(BitOperations.TrailingZeroCount(slots));

    private static void Write(in Occurrence occurrence, ref Instant time, ref ByteWriter writer)
    {
        writer.Value(occurrence.Value);
        writer.Time(occurrence.At, ref time);
    }

    private static Occurrence ReadOccurrence(ref Instant time, ref ByteReader reader) => new(reader.Value(), reader.Time(ref time));
}
