using System.Buffers;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>What a stream's messages are and how their bytes are taken.</summary>
internal sealed class MessageType<T>
    where T : class, IMessage<T>, new()
{
    [ThreadStatic]
    private static T? _used;

    private readonly MessageParser<T> _parser = new(static () => new T());
    private readonly MessageParser<T> _again;
    private readonly TextFields? _texts;
    private readonly StatusCode _malformed;

    /// <param name="fromCaller">
    /// True for requests: bytes that are none are the caller's fault, INVALID_ARGUMENT, and so is text that is not UTF-8, which
    /// protobuf asks parsers to refuse and for which Google.Protobuf puts U+FFFD. False for replies: INTERNAL, text as it comes.
    /// </param>
    /// <param name="tryClear">
    /// Empties a message so that its memory serves <see cref="ParseAgain"/>; false: it has grown too large to be kept. Null: each message
    /// is a new one.
    /// </param>
    public MessageType(bool fromCaller, Func<T, bool>? tryClear = null)
    {
        _again = tryClear is null ? _parser : new MessageParser<T>(() => Again(tryClear)).WithDiscardUnknownFields(true);
        var descriptor = new T().Descriptor;
        Name = descriptor.FullName;
        _texts = fromCaller ? TextFields.Of(descriptor) : null;
        _malformed = fromCaller ? StatusCode.InvalidArgument : StatusCode.Internal;
    }

    /// <summary>Full name in the contract.</summary>
    public string Name { get; }

    /// <summary>Parses one message where it lies. Throws <see cref="GrpcException"/>, <c>malformed_message</c>.</summary>
    public T Parse(in ReadOnlySequence<byte> bytes) => Parse(bytes, _parser);

    /// <summary>The same into the memory of the thread's message before, where that may be used again: for whoever is done with the
    /// message before the thread does anything else. Fields that the contract doesn't know are left out then.</summary>
    public T ParseAgain(in ReadOnlySequence<byte> bytes) => Parse(bytes, _again);

    private T Parse(in ReadOnlySequence<byte> bytes, MessageParser<T> parser)
    {
        if (_texts is not null && !HasSoundText(bytes))
        {
            throw Faults.MalformedMessage(_malformed, $"a text in the {Name} is not UTF-8");
        }

        try
        {
            return bytes.IsSingleSegment ? parser.ParseFrom(bytes.FirstSpan) : parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw Faults.MalformedMessage(_malformed, $"the bytes are not a {Name}", broken);
        }
    }

    // What one caller sent must never show in the message of another: a message with anything left in it isn't used again.
    private static T Again(Func<T, bool> tryClear) =>
        _used is { } used && tryClear(used) && used.CalculateSize() == 0 ? used : _used = new T();

    private bool HasSoundText(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return _texts!.AreSound(bytes.FirstSpan);
        }

        using var whole = new PooledBuffer((int)bytes.Length);
        foreach (var segment in bytes)
        {
            whole.Write(segment.Span);
        }

        return _texts!.AreSound(whole.Span);
    }
}
