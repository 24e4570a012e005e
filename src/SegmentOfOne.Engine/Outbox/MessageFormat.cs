using System.Collections.Immutable;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;

namespace SegmentOfOne.Engine.Outbox;

/// <summary>
/// What a message is made of, as bytes: a byte with the format's version, the customer's identifiers, then the turn that left it with no more
/// of its facts than the decision that it carries and that it left. What a version of this format wrote is read for ever; the tests pin its bytes.
/// </summary>
internal static class MessageFormat
{
    private const byte Version = 1;

    public static void Write(ReadOnlySpan<Identifier> identifiers, Turn turn, MessageLeft left, ref ByteWriter writer)
    {
        writer.Byte(Version);
        writer.Natural(identifiers.Length);
        foreach (var identifier in identifiers)
        {
            writer.Text(identifier.Kind);
            writer.Text(identifier.Value);
        }

        var decided = left.Decision is { } index ? DecisionOf(turn, index) : null;
        var inner = new ByteWriter(stackalloc byte[1024]);
        TurnFormat.Write(turn with { Facts = decided is null ? [left] : [decided, left] }, ref inner);
        writer.Natural(inner.Written.Length);
        foreach (var one in inner.Written)
        {
            writer.Byte(one);
        }

        inner.Dispose();
    }

    /// <exception cref="MalformedBytesException">The bytes are no message.</exception>
    public static OutgoingMessage Read(MessageId id, ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() is var format and not Version)
        {
            throw new MalformedBytesException($"messages of format {format} are unknown");
        }

        var identifiers = ImmutableArray.CreateBuilder<Identifier>();
        for (var left = reader.Count(Limits.Identifiers); left > 0; left--)
        {
            identifiers.Add(new Identifier(reader.Text(), reader.Text()));
        }

        if (reader.Count(reader.Left) != reader.Left)
        {
            throw new MalformedBytesException("a message doesn't end with its turn");
        }

        var turn = TurnFormat.Read(bytes[^reader.Left..]);
        return turn.Facts switch
        {
            [MessageLeft left] => new OutgoingMessage(id, identifiers.DrainToImmutable(), turn.PlaybookVersion, left, null),
            [Decided decided, MessageLeft left] => new OutgoingMessage(id, identifiers.DrainToImmutable(), turn.PlaybookVersion, left, decided),
            _ => throw new MalformedBytesException("the turn of a message has other facts"),
        };
    }

    private static Decided? DecisionOf(Turn turn, int index)
    {
        foreach (var fact in turn.Facts)
        {
            if (fact is Decided decided && index-- == 0)
            {
                return decided;
            }
        }

        return null;
    }
}
