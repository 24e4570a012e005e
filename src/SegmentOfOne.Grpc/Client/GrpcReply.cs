namespace SegmentOfOne.Grpc.Client;

/// <summary>An answer with the metadata that came before and behind it.</summary>
public sealed record GrpcReply<T>(T Message, GrpcMetadata Headers, GrpcMetadata Trailers);
