namespace SegmentOfOne.Grpc.Wire;

/// <summary>
/// What can be wrong with a call before any handler sees it, each with a name that callers can match on. The codes follow the
/// table of library-generated statuses in gRPC's own documentation, but for <c>malformed_message</c> at a server, which says
/// INVALID_ARGUMENT because it is the caller's bytes that are wrong.
/// </summary>
internal static class Faults
{
    public static GrpcException MalformedTimeout() =>
        New(StatusCode.Internal, "malformed_timeout", $"{Names.Timeout} is at most 8 digits and one of H M S m u n");

    public static GrpcException UnsupportedCompression(StatusCode status, string encoding) =>
        New(status, "unsupported_compression", $"{encoding}; supported are {Names.Accepted}");

    public static GrpcException UnknownMethod(string path) =>
        New(StatusCode.Unimplemented, "unknown_method", path);

    public static GrpcException MalformedMessage(StatusCode status, string what, Exception? cause = null) =>
        New(status, "malformed_message", what, cause);

    public static GrpcException MessageTooLarge(long length, int limit) =>
        New(StatusCode.ResourceExhausted, "message_too_large", $"{length} bytes, the limit is {limit}");

    public static GrpcException InflatedTooLarge(int limit) =>
        New(StatusCode.ResourceExhausted, "message_too_large", $"more than the limit of {limit} bytes when decompressed");

    public static GrpcException RequestTooLarge(Exception refused) =>
        New(StatusCode.ResourceExhausted, "request_too_large", refused.Message, refused);

    public static GrpcException MalformedFrame(byte flag) =>
        New(StatusCode.Internal, "malformed_frame", $"a message begins with the flag {flag}, not 0 or 1");

    public static GrpcException UndeclaredCompression() =>
        New(StatusCode.Internal, "undeclared_compression", $"a message is compressed but {Names.Encoding} names no compression");

    public static GrpcException MalformedCompression(Exception cause) =>
        New(StatusCode.Internal, "malformed_compression", "a compressed message does not decompress", cause);

    public static GrpcException IncompleteMessage() =>
        New(StatusCode.Internal, "incomplete_message", "the stream ended within a message");

    public static GrpcException ReceiveTimeout(TimeSpan timeout) =>
        New(StatusCode.DeadlineExceeded, "receive_timeout", $"a message was begun and not finished within {timeout.TotalSeconds:0.###} s");

    public static GrpcException MessageMissing() =>
        New(StatusCode.Unimplemented, "message_missing", "exactly one message was expected, none came");

    public static GrpcException ExtraMessage() =>
        New(StatusCode.Unimplemented, "extra_message", "exactly one message was expected, more came");

    public static GrpcException DeadlineExceeded() =>
        New(StatusCode.DeadlineExceeded, "deadline_exceeded", "the call's deadline has passed");

    public static GrpcException Cancelled(Exception? cause = null) =>
        New(StatusCode.Cancelled, "cancelled", "the caller has gone", cause);

    public static GrpcException Draining() =>
        New(StatusCode.Unavailable, "draining", "the server is shutting down");

    public static GrpcException BadRequest(Exception refused) =>
        New(StatusCode.Internal, "bad_request", refused.Message, refused);

    public static GrpcException Unhandled(Exception cause) =>
        New(StatusCode.Unknown, "unhandled", "the handler failed; the server's log says why", cause);

    public static GrpcException ConnectionFailed(Exception cause) =>
        New(StatusCode.Unavailable, "connection_failed", cause.Message, cause);

    public static GrpcException StreamReset(StatusCode status, Exception cause) =>
        New(status, "stream_reset", cause.Message, cause);

    public static GrpcException HttpStatus(StatusCode status, int http) =>
        New(status, "http_status", $"{http}");

    public static GrpcException NotGrpc(string contentType) =>
        New(StatusCode.Unknown, "not_grpc", $"the answer is '{contentType}'");

    public static GrpcException StatusMissing() =>
        New(StatusCode.Unknown, "status_missing", "the answer ended without a status");

    private static GrpcException New(StatusCode status, string name, string detail, Exception? cause = null) =>
        new(status, $"{name}: {detail}", cause: cause) { Fault = name };
}
