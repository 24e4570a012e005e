namespace SegmentOfOne.Grpc.Wire;

/// <summary>
/// What can be wrong with a call before any handler sees it. Each has a name that callers can match on, in front of the
/// sentence; the codes follow the table of library-generated statuses in gRPC's own documentation, but for
/// <c>malformed_message</c> at a server, which says INVALID_ARGUMENT because it is the caller's bytes that are wrong.
/// </summary>
internal static class Faults
{
    public static GrpcException MalformedTimeout() =>
        new(StatusCode.Internal, $"malformed_timeout: {Names.Timeout} is at most 8 digits and one of H M S m u n");

    public static GrpcException UnsupportedCompression(string encoding) =>
        new(StatusCode.Unimplemented, $"unsupported_compression: {encoding}; supported are {Names.Accepted}");

    public static GrpcException UnknownMethod(string path) =>
        new(StatusCode.Unimplemented, $"unknown_method: {path}");

    public static GrpcException MalformedMessage(StatusCode status, string what, Exception? cause = null) =>
        new(status, "malformed_message: " + what, cause: cause);

    public static GrpcException MessageTooLarge(long length, int limit) =>
        new(StatusCode.ResourceExhausted, $"message_too_large: {length} bytes, the limit is {limit}");

    public static GrpcException InflatedTooLarge(int limit) =>
        new(StatusCode.ResourceExhausted, $"message_too_large: more than the limit of {limit} bytes when decompressed");

    public static GrpcException MalformedFrame(byte flag) =>
        new(StatusCode.Internal, $"malformed_frame: a message begins with the flag {flag}, not 0 or 1");

    public static GrpcException UndeclaredCompression() =>
        new(StatusCode.Internal, $"undeclared_compression: a message is compressed but {Names.Encoding} names no compression");

    public static GrpcException MalformedCompression(Exception? cause = null) =>
        new(StatusCode.Internal, "malformed_compression: a compressed message does not decompress", cause: cause);

    public static GrpcException IncompleteMessage() =>
        new(StatusCode.Internal, "incomplete_message: the stream ended within a message");

    public static GrpcException ReceiveTimeout(TimeSpan timeout) =>
        new(StatusCode.DeadlineExceeded, $"receive_timeout: a message was begun and not finished within {timeout.TotalSeconds:0.###} s");

    public static GrpcException MessageMissing() =>
        new(StatusCode.Unimplemented, "message_missing: exactly one message was expected, none came");

    public static GrpcException ExtraMessage() =>
        new(StatusCode.Unimplemented, "extra_message: exactly one message was expected, more came");

    public static GrpcException DeadlineExceeded() =>
        new(StatusCode.DeadlineExceeded, "deadline_exceeded: the call's deadline has passed");

    public static GrpcException Cancelled(Exception? cause = null) =>
        new(StatusCode.Cancelled, "cancelled: the caller has gone", cause: cause);

    public static GrpcException Draining() =>
        new(StatusCode.Unavailable, "draining: the server is shutting down");
}
