using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Journeys;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Engine.Tests.Outbox;

public sealed class MessageFormatTests
{
    private static readonly MessageId Id = new(new CustomerKey(5), 7, 1);

    /// <summary>What a version has written is read for ever, also around a turn of an earlier version.</summary>
    [Fact]
    public void Its_bytes_are_these()
    {
        var left = new MessageLeft(1, "cases", MessageKind.Case, "recovery", 3, "open", null, Properties.Of(("reason", PropertyValue.Of("late"))), new Instant(1_000));
        var bytes = Write(new Turn(7, new Instant(2_000), 4, [left]), left);
        Convert.ToHexStringLower(bytes).ShouldBe(Golden);
        foreach (var written in new[] { Golden, WithFewerWords, AroundFirstTurns })
        {
            var read = MessageFormat.Read(Id, Convert.FromHexString(written));
            (read.Id, read.PlaybookVersion, read.Left, read.Decided).ShouldBe((Id, 4, left, null));
            read.Identifiers.ShouldBe([new Identifier("user_id", "ann"), new Identifier("email", "a@b.example")]);
        }
    }

    [Fact]
    public void The_decision_that_it_carries_goes_with_it()
    {
        var first = new Decided("home_hero", null, null, 1, 0, 0);
        var second = new Decided("letter", "hello", "plain", 1, 0.5, 2, null, new JourneyAsk("email", "hello"));
        var left = new MessageLeft(0, "email", MessageKind.Touch, "welcome", 1, "say", 1, Properties.Empty, new Instant(1_000));
        var read = MessageFormat.Read(Id, Write(new Turn(7, new Instant(1_000), 4, [first, second, left]), left));
        (read.Left, read.Decided).ShouldBe((left, second));
    }

    [Fact]
    public void Other_bytes_are_malformed()
    {
        var bytes = Convert.FromHexString(Golden);
        for (var length = 0; length < bytes.Length; length++)
        {
            Should.Throw<MalformedBytesException>(() => MessageFormat.Read(Id, bytes.AsSpan(0, length)));
        }

        Should.Throw<MalformedBytesException>(() => MessageFormat.Read(Id, [2, .. bytes[1..]]));
        Should.Throw<MalformedBytesException>(() => MessageFormat.Read(Id, [.. bytes, 0]));
    }

    private const string Golden = "01020306616e6e07166140622e6578616d706c651f0207a01f04012301a50301e50303086f70656e0001f70100086c617465cf0f";

    /// <summary>As it was written while the vocabulary had fewer words.</summary>
    private const string WithFewerWords =
        "01020306616e6e07166140622e6578616d706c652a0207a01f040123010a636173657301107265636f7665727903086f70656e0001f70100086c617465cf0f";

    private const string AroundFirstTurns = "01020306616e6e07166140622e6578616d706c652a0107a01f040123010a636173657301107265636f7665727903086f70656e0001f70100086c617465cf0f";

    private static byte[] Write(Turn turn, MessageLeft left)
    {
        Identifier[] identifiers = [new("user_id", "ann"), new("email", "a@b.example")];
        var writer = new ByteWriter([]);
        MessageFormat.Write(identifiers, turn, left, ref writer);
        var bytes = writer.Written.ToArray();
        writer.Dispose();
        return bytes;
    }
}
