using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using SegmentOfOne.Domain;

namespace SegmentOfOne.Gateway;

/// <summary>The one mapping between the messages of the public contract and the words of the domain.</summary>
public static partial class Wire
{
    internal static readonly Comparison<KeyValuePair<string, PropertyValue>> ByName = static (a, b) => string.CompareOrdinal(a.Key, b.Key);

    /// <summary>The turn that is asked for; null when the message cannot say one, and <paramref name="failure"/> says why.</summary>
    public static TurnRequest? ToDomain(V1.InteractRequest request, out Failure? failure)
    {
        var occurredAt = ToDomain(request.OccurredAt, "occurred_at", out failure);
        if (failure is null && ToDomain(request.Properties, out failure) is { } properties)
        {
            return new TurnRequest
            {
                Customer = ToDomain(request.Customer),
                Id = request.InteractionId,
                Type = request.Type,
                Channel = request.Channel,
                OccurredAt = occurredAt,
                Properties = properties,
                Placements = [.. request.Placements],
            };
        }

        return null;
    }

    /// <inheritdoc cref="ToDomain(V1.InteractRequest, out Failure?)"/>
    public static TurnRequest? ToDomain(V1.DecideRequest request, out Failure? failure) =>
        ToDomain(request.Properties, out failure) is not { } properties ? null : new TurnRequest
        {
            Customer = ToDomain(request.Customer),
            Id = request.RequestId,
            Type = null,
            Channel = request.Channel,
            Properties = properties,
            Placements = [.. request.Placements],
        };

    /// <summary>An identifier that is absent is one without kind and value: the domain refuses both alike.</summary>
    public static Identifier ToDomain(V1.Identifier? identifier) => new(identifier?.Kind ?? "", identifier?.Value ?? "");

    /// <summary>Null when <paramref name="time"/> is absent, or is none: then <paramref name="failure"/> names <paramref name="field"/>.</summary>
    public static Instant? ToDomain(Timestamp? time, string field, out Failure? failure)
    {
        failure = null;
        if (time is null)
        {
            return null;
        }

        var instant = ToInstant(time.Seconds, time.Nanos);
        if (instant is null)
        {
            failure = Failure.Invalid("invalid_time", $"{field} is no Timestamp: {time.Seconds} seconds, {time.Nanos} nanos.");
        }

        return instant;
    }

    /// <summary>Years 1 to 9999, as google/protobuf/timestamp.proto has it; null for all else.</summary>
    internal static Instant? ToInstant(long seconds, int nanos) =>
        seconds is < -62_135_596_800 or > 253_402_300_799 || nanos is < 0 or > 999_999_999
            ? null
            : new Instant(checked((seconds * 1000) + (nanos / 1_000_000)));

    private static Properties? ToDomain(MapField<string, Value> properties, out Failure? failure)
    {
        failure = null;
        if (properties.Count == 0)
        {
            return Properties.Empty;
        }

        var sorted = new KeyValuePair<string, PropertyValue>[properties.Count];
        var next = 0;
        foreach (var (name, value) in properties)
        {
            PropertyValue mapped;
            switch (value.KindCase)
            {
                case Value.KindOneofCase.StringValue:
                    mapped = PropertyValue.Of(value.StringValue);
                    break;
                case Value.KindOneofCase.NumberValue:
                    mapped = PropertyValue.Of(value.NumberValue);
                    break;
                case Value.KindOneofCase.BoolValue:
                    mapped = PropertyValue.Of(value.BoolValue);
                    break;
                case Value.KindOneofCase.None or Value.KindOneofCase.NullValue or Value.KindOneofCase.ListValue or Value.KindOneofCase.StructValue:
                    failure = Failure.Invalid("property_kind_unsupported", "A property is text, a number, true or false; not null, a list or an object.");
                    return null;
                default:
                    throw new UnreachableException($"{value.KindCase} is no kind of Value.");
            }

            sorted[next++] = new(name, mapped);
        }

        sorted.AsSpan().Sort(ByName);
        return Properties.FromSorted(ImmutableCollectionsMarshal.AsImmutableArray(sorted));
    }
}
