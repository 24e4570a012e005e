using System.Diagnostics.CodeAnalysis;

namespace SegmentOfOne.Grpc.Server;

/// <summary>Reads what the bytes of one message say, as it would be read of the message. False for whatever is unusual, broken bytes and text that
/// isn't UTF-8 among it: then it is read of the message.</summary>
public delegate bool TryReadMessage<T>(ReadOnlySpan<byte> message, [MaybeNullWhen(false)] out T said);
