using System.Net.Http.Headers;
using Google.Protobuf;
using SegmentOfOne.Grpc.Wire;

namespace SegmentOfOne.Grpc.Client;

/// <summary>What both kinds of body share.</summary>
internal static class GrpcMediaType
{
    public static MediaTypeHeaderValue Value { get; } = new(Names.ContentType);

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
