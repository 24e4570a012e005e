using System.Buffers;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>What a stream's messages are and how their bytes are taken.</summary>
internal sealed class MessageType<T>
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

    /// <summary>Parses one message where it lies. Throws <see cref="GrpcException"/>, <c>malformed_message</c>.</summary>
    public T Parse(in ReadOnlySequence<byte> bytes)
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
