using System.Buffers;
using Google.Protobuf;

namespace SegmentOfOne.Grpc.Wire;

/// <summary>What a stream's messages are and how their bytes are taken.</summary>
internal sealed class MessageType<T>
    where T : class, IMessage<T>, new()
{
    private readonly MessageParser<T> _parser = new(static () => new T());
    private readonly TextFields? _texts;

    /// <param name="checksText">True refuses text that is not UTF-8, as protobuf asks of parsers; Google.Protobuf puts U+FFFD there instead.</param>
    public MessageType(bool checksText)
    {
        var descriptor = new T().Descriptor;
        Name = descriptor.FullName;
        _texts = checksText ? TextFields.Of(descriptor) : null;
    }

    /// <summary>Full name in the contract.</summary>
    public string Name { get; }

    /// <summary>Parses one message where it lies. Throws <see cref="GrpcException"/>, <c>malformed_message</c>.</summary>
    public T Parse(in ReadOnlySequence<byte> bytes)
    {
        if (_texts is not null && !HasSoundText(bytes))
        {
            throw Faults.MalformedText(Name);
        }

        try
        {
            return bytes.IsSingleSegment ? _parser.ParseFrom(bytes.FirstSpan) : _parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw Faults.MalformedMessage(Name, broken);
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
