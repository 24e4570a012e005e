using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Gateway.Rpc;

/// <summary>Reads an <c>InteractRequest</c> as nearly every caller sends it, each field once and with a value, straight into the domain's words: what
/// <see cref="Wire.ToDomain(V1.InteractRequest, out Failure?)"/> makes of the message, without the message. All else it leaves to that.</summary>
public static class InteractBytes
{
    private const byte Customer = (1 << 3) | 2;
    private const byte InteractionId = (2 << 3) | 2;
    private const byte Type = (3 << 3) | 2;
    private const byte Channel = (4 << 3) | 2;
    private const byte OccurredAt = (5 << 3) | 2;
    private const byte Property = (6 << 3) | 2;
    private const byte Placement = (7 << 3) | 2;

    // The first two fields of an identifier, a property, a timestamp.
    private const byte FirstText = (1 << 3) | 2;
    private const byte SecondText = (2 << 3) | 2;
    private const byte FirstNumber = (1 << 3) | 0;
    private const byte SecondNumber = (2 << 3) | 0;

    private const byte NumberValue = (2 << 3) | 1;
    private const byte StringValue = (3 << 3) | 2;
    private const byte BoolValue = (4 << 3) | 0;

    [ThreadStatic]
    private static Lexicon? _lexicon;

    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out TurnRequest? request)
    {
        request = null;
        if (!TryCount(message, out var properties, out var placements))
        {
            return false;
        }

        var words = _lexicon ??= new Lexicon();
        Identifier? customer = null;
        Instant? occurredAt = null;
        string? id = null, type = null, channel = null;
        var sorted = properties == 0 ? [] : new KeyValuePair<string, PropertyValue>[properties];
        var places = placements == 0 ? [] : new string[placements];
        var reader = new ProtobufReader(message);
        while (reader.TryTag(out var tag))
        {
            reader.TryBytes(out var bytes);
            var isRead = tag switch
            {
                Customer => customer is null && TryCustomer(bytes, words, out customer),
                InteractionId => id is null && TryText(bytes, null, out id),
                Type => type is null && TryText(bytes, words, out type),
                Channel => channel is null && TryText(bytes, words, out channel),
                OccurredAt => occurredAt is null && TryTime(bytes, out occurredAt),
                Property => TryProperty(bytes, words, out sorted[^properties--]),
                _ => TryText(bytes, words, out places[^placements--]!),
            };
            if (!isRead)
            {
                return false;
            }
        }

        if (customer is null || !TrySort(sorted))
        {
            return false;
        }

        request = new TurnRequest
        {
            Customer = customer,
            Id = id ?? "",
            Type = type ?? "",
            Channel = channel ?? "",
            OccurredAt = occurredAt,
            Properties = Properties.FromSorted(ImmutableCollectionsMarshal.AsImmutableArray(sorted)),
            Placements = ImmutableCollectionsMarshal.AsImmutableArray(places),
        };
        return true;
    }

    /// <summary>Whether there are only fields that we know, and how many of those that repeat.</summary>
    private static bool TryCount(ReadOnlySpan<byte> message, out int properties, out int placements)
    {
        (properties, placements) = (0, 0);
        var reader = new ProtobufReader(message);
        while (reader.TryTag(out var tag))
        {
            if (tag is not (Customer or InteractionId or Type or Channel or OccurredAt or Property or Placement) || !reader.TryBytes(out _))
            {
                return false;
            }

            properties += tag == Property ? 1 : 0;
            placements += tag == Placement ? 1 : 0;
        }

        return reader.IsAtEnd;
    }

    private static bool TryCustomer(ReadOnlySpan<byte> message, Lexicon words, out Identifier? customer)
    {
        customer = null;
        string? kind = null, value = null;
        var reader = new ProtobufReader(message);
        while (reader.TryTag(out var tag))
        {
            if (!reader.TryBytes(out var bytes) || !(tag switch
            {
                FirstText => kind is null && TryText(bytes, words, out kind),
                SecondText => value is null && TryText(bytes, null, out value),
                _ => false,
            }))
            {
                return false;
            }
        }

        customer = new Identifier(kind ?? "", value ?? "");
        return reader.IsAtEnd;
    }

    private static bool TryTime(ReadOnlySpan<byte> message, out Instant? time)
    {
        time = null;
        ulong seconds = 0, nanos = 0;
        var reader = new ProtobufReader(message);
        var isThere = reader.TryTag(out var tag);
        if (isThere && tag == FirstNumber)
        {
            if (!reader.TryVarint(out seconds))
            {
                return false;
            }

            isThere = reader.TryTag(out tag);
        }

        if (isThere && (tag != SecondNumber || !reader.TryVarint(out nanos)))
        {
            return false;
        }

        time = nanos <= int.MaxValue ? Wire.ToInstant((long)seconds, (int)nanos) : null;
        return time is not null && reader.IsAtEnd;
    }

    /// <summary>One entry: a name, then a text, a number, true or false.</summary>
    private static bool TryProperty(ReadOnlySpan<byte> entry, Lexicon words, out KeyValuePair<string, PropertyValue> property)
    {
        property = default;
        var reader = new ProtobufReader(entry);
        if (!reader.TryTag(out var tag) || tag != FirstText || !reader.TryBytes(out var name) || !TryText(name, words, out var key)
            || !reader.TryTag(out tag) || tag != SecondText || !reader.TryBytes(out var value) || !reader.IsAtEnd
            || !TryValue(value, out var read))
        {
            return false;
        }

        property = new(key, read);
        return true;
    }

    private static bool TryValue(ReadOnlySpan<byte> message, out PropertyValue value)
    {
        value = default;
        var reader = new ProtobufReader(message);
        if (!reader.TryTag(out var tag))
        {
            return false;
        }

        switch (tag)
        {
            case StringValue when reader.TryBytes(out var bytes) && TryText(bytes, null, out var text):
                value = PropertyValue.Of(text);
                break;
            case NumberValue when reader.TryDouble(out var number):
                value = PropertyValue.Of(number);
                break;
            case BoolValue when reader.TryVarint(out var truth):
                value = PropertyValue.Of(truth != 0);
                break;
            default:
                return false;
        }

        return reader.IsAtEnd;
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, Lexicon? words, [NotNullWhen(true)] out string? text)
    {
        text = !Utf8.IsValid(bytes) ? null : words?.Of(bytes) ?? Encoding.UTF8.GetString(bytes);
        return text is not null;
    }

    /// <summary>Of two with one name the message keeps the later.</summary>
    private static bool TrySort(Span<KeyValuePair<string, PropertyValue>> properties)
    {
        properties.Sort(Wire.ByName);
        for (var i = 1; i < properties.Length; i++)
        {
            if (properties[i - 1].Key == properties[i].Key)
            {
                return false;
            }
        }

        return true;
    }
}
