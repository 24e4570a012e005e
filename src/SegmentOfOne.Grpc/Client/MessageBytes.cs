using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>A message as a client sends it.</summary>
internal static class MessageBytes
{
    public static PooledBuffer Encode<T>(T message, bool gzip)
        where T : class, IMessage<T>
    {
        var size = message.CalculateSize();
        var buffer = new PooledBuffer(MessageFormat.PrefixLength + size);
        if (gzip)
        {
            MessageFormat.WriteGzip(buffer, message, size);
        }
        else
        {
            MessageFormat.Write(buffer, message, size);
        }

        return buffer;
    }
}
