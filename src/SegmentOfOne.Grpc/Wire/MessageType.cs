using System.Buffers;
using Google.Protobuf;
using SegmentOfOne.Grpc.Server;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>What a stream's messages are to whoever takes them.</summary>
internal abstract class Incoming<T>
{
    /// <summary>Takes one message where it lies. Throws <see cref="GrpcException"/>, <c>malformed_message</c>.</summary>
    public abstract T Parse(in ReadOnlySequence<byte> bytes);
}

/// <summary>The messages themselves.</summary>
internal sealed class MessageType<T> : Incoming<T>
    where T : class, IMessage<T>, new()
{
    private readonly MessageParser<T> _parser = new(static () => new T());
    private readonly TextFields? _texts;
    private readonly StatusCode _malformed;

    /// <param name="fromCaller">
    /// True for requests: bytes that are none are the caller's fault, INVALID_ARGUMENT, and so is text that is not UTF-8, which
    /// protobuf asks parsers to refuse and for which Google.Protobuf puts U+FFFD. False for replies: INTERNAL, text as it comes.
    /// </param>
    public MessageType(bool fromCaller)
    {
        var descriptor = new T().Descriptor;
        Name = descriptor.FullName;
        _texts = fromCaller ? TextFields.Of(descriptor) : null;
        _malformed = fromCaller ? StatusCode.InvalidArgument : StatusCode.Internal;
    }

    /// <summary>Full name in the contract.</summary>
    public string Name { get; }

    public override T Parse(in ReadOnlySequence<byte> bytes)
    {
        if (_texts is not null && !HasSoundText(bytes))
        {
            throw Faults.MalformedMessage(_malformed, $"a text in the {Name} is not UTF-8");
        }

        try
        {
            return bytes.IsSingleSegment ? _parser.ParseFrom(bytes.FirstSpan) : _parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw Faults.MalformedMessage(_malformed, $"the bytes are not a {Name}", broken);
        }
    }

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

/// <summary>What messages say in words of the handler's, most often read without the message.</summary>
internal sealed class MessageMeaning<TMessage, T>(MessageType<TMessage> type, TryReadMessage<T> tryRead, Func<TMessage, T> read) : Incoming<T>
    where TMessage : class, IMessage<TMessage>, new()
{
    public override T Parse(in ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment && tryRead(bytes.FirstSpan, out var said) ? said : read(type.Parse(bytes));
}
